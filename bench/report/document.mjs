import { roundsOf, rows } from '../rows.mjs';
import { drawChart } from './chart.mjs';
import { nameOf } from './format.mjs';
import { median } from './statistics.mjs';
import { figureTable, goalTable, markdown } from './tables.mjs';

/**
 * @import { Goal, Row } from '../rows.mjs'
 * @import { Series } from '../support/recorder.mjs'
 * @import { Results } from './results.mjs'
 */

const begin = '<!-- figures: written by `npm run bench:report` -->';
const end = '<!-- end of figures -->';

/**
 * @param {string} document
 * @param {Results} results
 * @returns {string} the document with these figures
 */
export function withFigures(document, results) {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from === -1 || to < from) throw new Error('the document has lost the place of its figures');
  return `${document.slice(0, from)}${begin}\n\n${figures(results)}\n\n${document.slice(to)}`;
}

/**
 * @param {Results} results
 * @returns {Record<string, string>} SVG by file name
 */
export function charts({ rows: measured }) {
  return Object.fromEntries(
    rows.flatMap((row) => {
      const series = measured[row.number];
      return series === undefined ? [] : [[chartName(row), chartOf(row, series)]];
    }),
  );
}

/** @param {Results} results */
function figures(results) {
  const { machine, rounds, sizes } = results;
  return [
    `Machine: ${Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}.`,
    ...(results.mode === 'full' ? [] : ['**A quick look only**, at little data: no figures to rely on.']),
    `Mode \`${results.mode}\`, ${rounds} rounds${fewer(rounds)}. ${inWords(sizes)}`,
    markdown(goalTable(results)),
    ...rows.flatMap((row) => section(row, results.rows[row.number])),
  ].join('\n\n');
}

/** @param {number} rounds */
function fewer(rounds) {
  const less = rows.filter(({ number }) => roundsOf(number, rounds) < rounds);
  if (less.length === 0) return '';
  const each = less.map(({ number }) => `${roundsOf(number, rounds)} of row ${number}`);
  return ` (${each.join(', ')}, where nobody is compared)`;
}

/** @param {Results['sizes']} sizes */
function inWords({ postgresql, mariadb, many, crowd, memory, cpu, archives }) {
  const mb = (/** @type {number} */ bytes) => `${bytes / 1e6} MB`;
  return [
    `Rows 1, 2, 3, 6, 7: dumps of about ${mb(postgresql)} (PostgreSQL) and ${mb(mariadb)} (MariaDB).`,
    `Rows 4, 5: ${many} databases, half of each system.`,
    `Row 8: ${crowd} databases.`,
    `Row 9: dumps of ${memory.map(mb).join(', ')}.`,
    `Row 11: ${archives} archives.`,
    `Row 12: a dump of ${mb(cpu)}.`,
  ].join(' ');
}

/**
 * @param {Row} row
 * @param {Series | undefined} series
 */
function section(row, series) {
  if (series === undefined) return [];
  const { number, title, note } = row;
  return [
    `### ${number}. ${title}`,
    ...(note === undefined ? [] : [note]),
    `![${title.replaceAll('`', '')}: ${nameOf(row.metrics[0] ?? '')}](performance/${chartName(row)})`,
    markdown(figureTable(number, series)),
  ];
}

/** @param {Row} row */
function chartName({ number }) {
  return `row-${String(number).padStart(2, '0')}.svg`;
}

/**
 * @param {Row} row
 * @param {Series} series
 */
function chartOf({ number, title, metrics, goals }, series) {
  const [metric = ''] = metrics;
  const bars = Object.entries(series).flatMap(([label, own]) =>
    own[metric] === undefined ? [] : [{ label, figures: own[metric] }],
  );
  const marks = goals.filter((goal) => goal.metric === metric && !goal.aside);
  return drawChart({
    title: `${number}. ${title}`,
    metric,
    bars: bars.sort((a, b) => order(a.label) - order(b.label)),
    goals: marks.map((goal) => limitOf(goal, series)),
  });
}

/** Ours comes last. @param {string} contender */
function order(contender) {
  return contender === 'dumpstream' ? 1 : 0;
}

/**
 * @param {Goal} goal
 * @param {Series} series
 * @returns {number} what the goal allows, in the metric's unit
 */
function limitOf({ metric, against, factor, plus = 0 }, series) {
  const other = against === undefined ? undefined : series[against]?.[metric];
  return other === undefined ? factor : factor * median(other) + plus;
}
