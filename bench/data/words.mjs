/** Words as people write them: what compresses well, and not too well. */
export const words = (
  'the of and to in that it was for on are with as his they at be this from have or by one had not but what all were when ' +
  'order parcel invoice colour window river morning letter garden kitchen number people water yellow mountain question ' +
  'delivery returned customer because without through between another around different important children following ' +
  'market silver bridge harbour teacher coffee winter summer machine bottle paper ticket station village doctor'
).split(' ');
