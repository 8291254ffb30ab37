/** Names for a message, not all of too many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20);
  return `${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}`;
}
