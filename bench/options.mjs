import { parseArgs } from 'node:util';
import { latestResults, publishedResults } from './report/results.mjs';
import { rowOf, rows } from './rows.mjs';
import { modes } from './sizes.mjs';

/**
 * `--mode small|full`, `--rounds N`, `--rows 1,2,3`, `--output FILE`.
 *
 * @param {string[]} args
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      mode: { type: 'string', default: 'small' },
      rounds: { type: 'string', default: '5' },
      rows: { type: 'string', default: rows.map(({ number }) => number).join(',') },
      output: { type: 'string' },
    },
  });
  const sizes = modes[values.mode];
  if (sizes === undefined)
    throw new Error(`there is no mode ${values.mode}: take one of ${Object.keys(modes).join(', ')}`);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a number of rounds');
  const chosen = values.rows.split(',').map((number) => rowOf(Number(number)));
  return {
    mode: values.mode,
    sizes,
    rounds,
    rows: new Set(chosen.map(({ number }) => number)),
    scenarios: [...new Set(chosen.map(({ scenario }) => scenario))],
    output: values.output ?? (values.mode === 'full' ? publishedResults : latestResults),
  };
}
