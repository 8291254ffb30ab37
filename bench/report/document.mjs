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
 * @param {string} directory of the charts, as the document has it
 * @returns {string} the document with these figures
 */
export function withFigures(document, results, directory) {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from === -1 || to < from) throw new Error('the document has lost the place of its figures');
  return `${document.slice(0, from)}${begin}\n\n${figures(results, directory)}\n\n${document.slice(to)}`;
}

/**
 * @param {Results} results
 * @returns {Record<string, string>} SVG by file name
 */
export function charts(results) {
  return Object.fromEntries(measured(results).map(([row, series]) => [chartName(row), chartOf(row, series)]));
}

/**
 * @param {Results} results
 * @returns {[Row, Series][]}
 */
function measured(results) {
  return rows.flatMap((row) => {
    const series = results.rows[row.number];
    return series === undefined ? [] : [/** @type {[Row, Series]} */ ([row, series])];
  });
}

/**
 * @param {Results} results
 * @param {string} directory
 */
function figures(results, directory) {
  const { machine, rounds, sizes } = results;
  const sections = measured(results);
  const shown = sections.map(([row]) => row);
  const goals = goalTable(results);
  return [
    `Machine: ${Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}.`,
    ...(results.mode === 'full' ? [] : ['**A quick look only**, at little data: no figures to rely on.']),
    `Mode \`${results.mode}\`, ${rounds} rounds${fewer(rounds, shown)}. ${inWords(sizes, shown)}`,
    ...(goals.length > 1 ? [markdown(goals)] : []),
    ...sections.flatMap(([row, series]) => section(row, series, directory)),
  ].join('\n\n');
}

/**
 * @param {number} rounds
 * @param {readonly Row[]} shown
 */
function fewer(rounds, shown) {
  const less = shown.filter(({ number }) => roundsOf(number, rounds) < rounds);
  if (less.length === 0) return '';
  const each = less.map(({ number }) => `${roundsOf(number, rounds)} of row ${number}`);
  return ` (${each.join(', ')}, where nobody is compared)`;
}

/**
 * @param {Results['sizes']} sizes
 * @param {readonly Row[]} shown
 */
function inWords({ postgresql, mariadb, many, crowd, memory, cpu, archives }, shown) {
  const mb = (/** @type {number} */ bytes) => `${bytes / 1e6} MB`;
  const words = {
    large: `dumps of about ${mb(postgresql)} (PostgreSQL) and ${mb(mariadb)} (MariaDB).`,
    many: `${many} databases, half of each system.`,
    crowd: `${crowd} databases.`,
    memory: `dumps of ${memory.map(mb).join(', ')}.`,
    listing: `${archives} archives.`,
    cpu: `a dump of ${mb(cpu)}.`,
  };
  const sentences = Object.entries(words).flatMap(([scenario, what]) => {
    const numbers = shown.filter((row) => row.scenario === scenario).map(({ number }) => number);
    return numbers.length === 0 ? [] : [`Row${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}: ${what}`];
  });
  return sentences.join(' ');
}

/**
 * @param {Row} row
 * @param {Series} series
 * @param {string} directory
 */
function section(row, series, directory) {
  const { number, title, note } = row;
  return [
    `### ${number}. ${title}`,
    ...(note === undefined ? [] : [note]),
    `![${title.replaceAll('`', '')}: ${nameOf(row.metrics[0] ?? '')}](${directory}/${chartName(row)})`,
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
