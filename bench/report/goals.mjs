import { nameOf, show, showRatio } from './format.mjs';
import { median, ratios, spread } from './statistics.mjs';

/**
 * @import { Goal } from '../rows.mjs'
 * @import { Series } from '../support/recorder.mjs'
 * @import { Spread } from './statistics.mjs'
 *
 * @typedef {object} Outcome
 * @property {string} goal in words
 * @property {Spread} seen of the ratios of each round, or of the figures themselves
 * @property {number} [ofMedians] ratio of the medians
 * @property {number} allowed
 * @property {boolean} met
 * @property {(figure: number) => string} show
 */

/**
 * @param {Goal} goal
 * @param {Series} series
 * @returns {Outcome}
 */
export function outcomeOf(goal, series) {
  const own = figuresOf(series, 'dumpstream', goal.metric);
  const { against, factor, plus = 0 } = goal;
  if (against === undefined) {
    const seen = spread(own);
    const met = goal.atLeast ? seen.least >= factor : seen.median <= factor;
    return { goal: inWords(goal), seen, allowed: factor, met, show: (figure) => show(goal.metric, figure) };
  }
  const other = figuresOf(series, against, goal.metric);
  const seen = spread(ratios(own, other));
  const allowed = factor + plus / median(other);
  const ofMedians = median(own) / median(other);
  return { goal: inWords(goal), seen, ofMedians, allowed, met: seen.median <= allowed, show: showRatio };
}

/**
 * @param {Series} series
 * @param {string} contender
 * @param {string} metric
 */
function figuresOf(series, contender, metric) {
  const figures = series[contender]?.[metric];
  if (figures === undefined) throw new Error(`there are no figures (${metric}) of ${contender}`);
  return figures;
}

/** @param {Goal} goal */
function inWords({ metric, against, factor, plus, atLeast }) {
  const what = metric === 'seconds' ? '' : `${nameOf(metric)} `;
  if (against === undefined) return `${what}${atLeast ? '≥' : '≤'} ${show(metric, factor)}`;
  const more = plus === undefined ? '' : ` + ${show(metric, plus)}`;
  return `${what}≤ ${factor === 1 ? '' : `${factor} × `}${against}${more}`;
}
