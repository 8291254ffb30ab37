/**
 * @typedef {object} Snapshot what a database holds
 * @property {Record<string, string>} objects definition of every object, by kind and name
 * @property {Record<string, { rows: number, checksum: string }>} tables content of every table, by name
 */

/**
 * @param {Snapshot} before
 * @param {Snapshot} after
 * @returns {string[]} a line for each difference; empty when there is none
 */
export function differences(before, after) {
  return [...compare(before.objects, after.objects), ...compare(contents(before), contents(after))];
}

/** @param {Snapshot} snapshot */
function contents({ tables }) {
  return Object.fromEntries(
    Object.entries(tables).map(([table, { rows, checksum }]) => [
      `content of ${table}`,
      `${rows} rows, checksum ${checksum}`,
    ]),
  );
}

/**
 * @param {Record<string, string>} before
 * @param {Record<string, string>} after
 */
function compare(before, after) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    if (was === is) return [];
    if (is === undefined) return [`${name} is missing`];
    if (was === undefined) return [`${name} was not there before`];
    const lines = was.split('\n');
    const newLines = is.split('\n');
    const gone = lines.filter((line) => !newLines.includes(line));
    const come = newLines.filter((line) => !lines.includes(line));
    return [`${name} was: ${gone.join('; ')}\n${' '.repeat(name.length)}  is: ${come.join('; ')}`];
  });
}
