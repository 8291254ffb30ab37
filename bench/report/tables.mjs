import { rowOf, rows } from '../rows.mjs';
import { nameOf, show } from './format.mjs';
import { outcomeOf } from './goals.mjs';
import { spread } from './statistics.mjs';

/**
 * @import { Series } from '../support/recorder.mjs'
 * @import { Results } from './results.mjs'
 */

/** @typedef {readonly (readonly string[])[]} Table rows of cells; the first is the head */

/**
 * Every goal of what was measured, and what came of it.
 *
 * @param {Results} results
 * @returns {Table}
 */
export function goalTable(results) {
  const head = ['#', 'goal', 'median (least–most)', 'of the medians', 'allowed', ''];
  const lines = rows.flatMap(({ number, goals }) => {
    const series = results.rows[number];
    if (series === undefined) return [];
    return goals.map((goal) => {
      const { goal: words, seen, ofMedians, allowed, met, show: write } = outcomeOf(goal, series);
      const medians = ofMedians === undefined ? '' : write(ofMedians);
      const range = `${write(seen.median)} (${write(seen.least)}–${write(seen.most)})`;
      return [String(number), words, range, medians, write(allowed), met ? 'met' : '**missed**'];
    });
  });
  return [head, ...lines];
}

/**
 * The figures of one row: a line for each contender.
 *
 * @param {number} number
 * @param {Series} series
 * @returns {Table}
 */
export function figureTable(number, series) {
  const metrics = rowOf(number).metrics.filter((metric) => Object.values(series).some((own) => own[metric]));
  const lines = Object.entries(series).map(([contender, own]) => [
    contender,
    ...metrics.map((metric) => {
      const figures = own[metric];
      if (figures === undefined) return '';
      const { median, least, most } = spread(figures);
      return `${show(metric, median)} (${show(metric, least)}–${show(metric, most)})`;
    }),
  ]);
  return [['', ...metrics.map(nameOf)], ...lines];
}

/** @param {Table} table */
export function markdown([head = [], ...body]) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...body.map(line)].join('\n');
}

/** For a terminal: columns as wide as their widest cell. @param {Table} table */
export function aligned(table) {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
