import { parseArgs } from 'node:util';
import { engines } from './engines/index.mjs';
import { publications } from './report/publications.mjs';
import { rowsOf } from './rows.mjs';
import { modes } from './sizes.mjs';

/**
 * @import { EngineName } from './engines/index.mjs'
 * @import { Row } from './rows.mjs'
 */

/**
 * `--engine borg|restic`, `--mode small|full`, `--rounds N`, `--rows 1,2,3`, `--output FILE`.
 *
 * @param {string[]} args
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      engine: { type: 'string', default: 'borg' },
      mode: { type: 'string', default: 'small' },
      rounds: { type: 'string', default: '5' },
      rows: { type: 'string' },
      output: { type: 'string' },
    },
  });
  const engine = Object.values(engines).find(({ name }) => name === values.engine);
  if (engine === undefined)
    throw new Error(`there is no engine ${values.engine}: take one of ${Object.keys(engines).join(', ')}`);
  const sizes = modes[values.mode];
  if (sizes === undefined)
    throw new Error(`there is no mode ${values.mode}: take one of ${Object.keys(modes).join(', ')}`);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a number of rounds');
  const chosen = chosenRows(engine.name, values.rows);
  const { results, latest } = publications[engine.name];
  return {
    engine,
    mode: values.mode,
    sizes,
    rounds,
    rows: new Set(chosen.map(({ number }) => number)),
    scenarios: [...new Set(chosen.map(({ scenario }) => scenario))],
    output: values.output ?? (values.mode === 'full' ? results : latest),
  };
}

/**
 * @param {EngineName} engine
 * @param {string} [given] numbers with commas; without, all of the engine's
 * @returns {readonly Row[]}
 */
function chosenRows(engine, given) {
  const all = rowsOf(engine);
  if (given === undefined) return all;
  return given.split(',').map((number) => {
    const row = all.find((each) => each.number === Number(number));
    if (row === undefined)
      throw new Error(`with ${engine} there is no row ${number}: take of ${all.map((each) => each.number).join(', ')}`);
    return row;
  });
}
