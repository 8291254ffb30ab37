/**
 * @import { Servers } from '../../scripts/servers/index.mjs'
 * @import { Database } from '../data/databases.mjs'
 * @import { EngineName } from '../engines/index.mjs'
 * @import { Site } from '../support/site.mjs'
 * @import { Command } from '../support/timed.mjs'
 * @import { StorageOptions } from './storage-options.mjs'
 *
 * @typedef {object} Work
 * @property {Site} site
 * @property {Servers} servers
 * @property {readonly Database[]} databases
 * @property {StorageOptions} [storage] dumpstream's own, for those who have to be told
 *
 * @typedef {object} Contender one way to back up and restore
 * @property {string} name
 * @property {number} leastShare of a plain dump's size that one of its dumps must have, compressed or not
 * @property {(work: Work) => Promise<Command>} backup
 * @property {(work: Work) => Promise<Command>} restore of the newest archive of the first repository, all databases
 */
import { borgmatic, tunedBorgmatic } from './borgmatic.mjs';
import { dumpstream, withConcurrency } from './dumpstream.mjs';
import { raw, rawOneByOne, rawRestic } from './raw.mjs';

export { borgmatic, dumpstream, rawOneByOne, tunedBorgmatic, withConcurrency };

/** By engine; each of whom does all that the others do. @type {Readonly<Record<EngineName, readonly Contender[]>>} */
export const contenders = {
  borg: [raw, borgmatic, tunedBorgmatic, dumpstream],
  restic: [rawRestic, dumpstream],
};

/**
 * The order in which they take turns: each round another begins.
 *
 * @template T
 * @param {readonly T[]} all
 * @param {number} round
 * @returns {T[]}
 */
export function inTurn(all, round) {
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}
