/** @param {number} bytes */
export function size(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @param {number} ms */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** @param {number} n */
export function count(n) {
  return n.toLocaleString('en');
}

/**
 * @param {readonly (readonly string[])[]} rows the first is the head
 * @returns {string} columns as wide as their widest cell; those of numbers to the right
 */
export function table(rows) {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const numeric = head.map((_, column) => body.every((row) => /^[\d.,]+( \w+)?$/.test(row[column] ?? '')));
  const line = (/** @type {readonly string[]} */ row) =>
    row.map((cell, i) => (numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join('  ');
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...body].map((row) => `  ${line(row)}`.trimEnd()).join('\n');
}
