import { show } from './format.mjs';
import { median } from './statistics.mjs';

/**
 * @typedef {object} Bar
 * @property {string} label
 * @property {readonly number[]} figures one for each round
 *
 * @typedef {object} Chart
 * @property {string} title
 * @property {string} metric
 * @property {readonly Bar[]} bars
 * @property {readonly number[]} goals of the bar named `dumpstream`
 */

const width = 760;
const left = 190;
const right = 90;
const top = 44;
const step = 34;
const thick = 18;

/** Readable on white and on black alike, so that the chart needs no background of its own. */
const ink = '#808890';
const colours = { own: '#2f81f7', other: '#8c959f', goal: '#d29922' };

/**
 * Horizontal bars of the medians, with a dot for each round.
 *
 * @param {Chart} chart
 * @returns {string} SVG
 */
export function drawChart({ title, metric, bars, goals }) {
  const highest = Math.max(...bars.flatMap(({ figures }) => figures), ...goals, 1e-9);
  const scale = (/** @type {number} */ figure) => left + (Math.max(0, figure) / highest) * (width - left - right);
  const height = top + bars.length * step + 12 + (goals.length > 0 ? 18 : 0);
  const rowsOfBars = bars.map((bar, index) => drawBar(bar, top + index * step, metric, scale));
  const own = bars.findIndex(({ label }) => label === 'dumpstream');
  const marks = own === -1 ? [] : goals.map((goal) => drawGoal(scale(goal), top + own * step));
  const legend =
    marks.length === 0 ? [] : [text(left, height - 8, 'dashed: no longer than this, by the goals', 'start', 11)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img"`,
    `  font-family="system-ui, -apple-system, 'Segoe UI', sans-serif" fill="${ink}">`,
    `<title>${escaped(title)}</title>`,
    text(12, 24, title, 'start', 15, 600),
    `<line x1="${left}" y1="${top - 6}" x2="${left}" y2="${top + bars.length * step - 6}" stroke="${ink}"/>`,
    ...rowsOfBars,
    ...marks,
    ...legend,
    '</svg>\n',
  ].join('\n');
}

/**
 * @param {Bar} bar
 * @param {number} y
 * @param {string} metric
 * @param {(figure: number) => number} scale
 */
function drawBar({ label, figures }, y, metric, scale) {
  const middle = median(figures);
  const colour = label.startsWith('dumpstream') ? colours.own : colours.other;
  const dots = figures.map((figure) => `<circle cx="${round(scale(figure))}" cy="${y + thick / 2}" r="2.5"/>`).join('');
  const end = Math.max(...figures.map(scale), scale(middle));
  return [
    text(left - 10, y + 13, label, 'end', 13),
    `<rect x="${left}" y="${y}" width="${round(Math.max(1, scale(middle) - left))}" height="${thick}" rx="2" fill="${colour}" fill-opacity="0.75"/>`,
    `<g fill="${colour}" stroke="${ink}" stroke-width="0.8">${dots}</g>`,
    text(round(end) + 8, y + 13, show(metric, middle), 'start', 13),
  ].join('\n');
}

/** @param {number} x @param {number} y */
function drawGoal(x, y) {
  return `<line x1="${round(x)}" y1="${y - 5}" x2="${round(x)}" y2="${y + thick + 5}" stroke="${colours.goal}" stroke-width="2" stroke-dasharray="4 2"/>`;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} words
 * @param {'start' | 'end'} anchor
 * @param {number} size
 * @param {number} [weight]
 */
function text(x, y, words, anchor, size, weight = 400) {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}" font-weight="${weight}">${escaped(words)}</text>`;
}

/** @param {string} words */
function escaped(words) {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('`', '');
}

/** @param {number} n */
function round(n) {
  return Math.round(n * 10) / 10;
}
