/** @param {readonly number[]} figures @returns {number} */
export function median(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new Error('there is no median of nothing');
  return (low + high) / 2;
}

/**
 * @typedef {object} Spread
 * @property {number} median
 * @property {number} least
 * @property {number} most
 */

/** @param {readonly number[]} figures @returns {Spread} */
export function spread(figures) {
  return { median: median(figures), least: Math.min(...figures), most: Math.max(...figures) };
}

/**
 * One's figures to another's, round by round: what disturbs both alike goes out of the ratio.
 *
 * @param {readonly number[]} own
 * @param {readonly number[]} other
 * @returns {number[]}
 */
export function ratios(own, other) {
  if (own.length !== other.length) throw new Error('there are rounds that only one of both has');
  return own.map((figure, round) => figure / /** @type {number} */ (other[round]));
}
