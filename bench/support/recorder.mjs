import { show } from '../report/format.mjs';
import { roundsOf, rowOf } from '../rows.mjs';

/**
 * Figures as they come in, printed at once.
 *
 * @typedef {Record<string, Record<string, number[]>>} Series contender → metric → a figure for each round
 */
export class Recorder {
  /** @type {Map<number, Series>} */
  #series = new Map();
  #rows;
  #rounds;

  /** @param {{ rows: ReadonlySet<number>, rounds: number }} options */
  constructor({ rows, rounds }) {
    this.#rows = rows;
    this.#rounds = rounds;
  }

  /**
   * @param {number} row
   * @param {string} contender
   * @param {Record<string, number | undefined>} figures by metric; one that is undefined is left out
   */
  add(row, contender, figures) {
    if (!this.#rows.has(row)) return;
    const series = this.#series.get(row) ?? {};
    const own = series[contender] ?? {};
    this.#series.set(row, Object.assign(series, { [contender]: own }));
    const known = Object.entries(figures).flatMap(([metric, figure]) =>
      figure === undefined ? [] : [{ metric, figure }],
    );
    for (const { metric, figure } of known) own[metric] = [...(own[metric] ?? []), Number(figure.toPrecision(5))];
    const round = own[known[0]?.metric ?? '']?.length ?? 0;
    const words = known.map(({ metric, figure }) => `${metric} ${show(metric, figure)}`).join(', ');
    console.log(
      `row ${String(row).padStart(2)}  round ${round}/${roundsOf(row, this.#rounds)}  ${contender.padEnd(28)} ${words}`,
    );
  }

  /**
   * The rows whose every contender was measured in every round.
   *
   * @returns {Record<string, Series>}
   */
  finished() {
    const all = [...this.#series].filter(([row, series]) => {
      const figures = Object.values(series).flatMap((own) => Object.values(own));
      return figures.every(({ length }) => length === roundsOf(row, this.#rounds)) && outcomesCanBeTold(row, series);
    });
    return Object.fromEntries(all);
  }
}

/**
 * Ours comes last in the first round: where it is there, so are the others, also of a row without goals.
 *
 * @param {number} row
 * @param {Series} series
 */
function outcomesCanBeTold(row, series) {
  const { metrics, goals } = rowOf(row);
  const has = (/** @type {string} */ contender, metric = '') => series[contender]?.[metric] !== undefined;
  return (
    has(dumpstream, metrics[0]) &&
    goals.every(({ metric, against = dumpstream }) => has(dumpstream, metric) && has(against, metric))
  );
}

const dumpstream = 'dumpstream';
