import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * @import { Sizes } from '../sizes.mjs'
 * @import { Series } from '../support/recorder.mjs'
 *
 * @typedef {object} Results
 * @property {string} mode
 * @property {number} rounds
 * @property {Sizes} sizes
 * @property {Record<string, string>} machine
 * @property {Record<string, Series>} rows by number
 */

/** @param {string} file @returns {Results} */
export function readResults(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * Rows that were measured before under the same conditions stay, if they were not asked for now.
 *
 * @param {string} file
 * @param {Results} results
 * @param {ReadonlySet<number>} asked
 */
export function writeResults(file, results, asked) {
  const rows = { ...earlierRows(file, results, asked), ...results.rows };
  const text = JSON.stringify({ ...results, rows }, undefined, 2).replaceAll(/\[\s+([^[\]{}]+?)\s+\]/g, oneLine);
  writeFileSync(file, `${text}\n`);
}

/**
 * @param {string} _
 * @param {string} items
 */
const oneLine = (_, items) => `[${items.replaceAll(/\s+/g, ' ')}]`;

/**
 * @param {string} file
 * @param {Results} results
 * @param {ReadonlySet<number>} asked
 */
function earlierRows(file, { rows: _, ...conditions }, asked) {
  if (!existsSync(file)) return {};
  const { rows, ...earlier } = readResults(file);
  if (JSON.stringify(earlier) !== JSON.stringify(conditions)) return {};
  return Object.fromEntries(Object.entries(rows).filter(([number]) => !asked.has(Number(number))));
}
