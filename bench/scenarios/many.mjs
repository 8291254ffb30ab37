import { contenders, dumpstream, inTurn, rawOneByOne, withConcurrency } from '../contenders/index.mjs';
import { makeManyDatabases } from '../data/databases.mjs';
import { measureBackup, measureRestore } from '../support/measure.mjs';
import { makeSite } from '../support/site.mjs';

/**
 * @import { Database } from '../data/databases.mjs'
 * @import { Lab } from '../support/lab.mjs'
 */

/**
 * Rows 4, 5 and 27: many small databases, half of each system.
 *
 * @param {Lab} lab
 */
export async function measureMany(lab) {
  const { engine, rows, rounds } = lab;
  const databases = await makeManyDatabases(lab);
  for (let round = 0; round < rounds; round++) {
    if ([4, 5].some((row) => rows.has(engine.offset + row))) await thereAndBack(lab, databases, round);
    if (rows.has(27)) await byConcurrency(lab, databases, round);
  }
}

/**
 * @param {Lab} lab
 * @param {readonly Database[]} databases
 * @param {number} round
 */
async function thereAndBack(lab, databases, round) {
  const { servers, engine, rows, storage, recorder } = lab;
  const all = contenders[engine.name];
  const everybody = engine.name === 'borg' ? [rawOneByOne, ...all] : all;
  for (const contender of inTurn(everybody, round)) {
    const work = { site: await makeSite(lab), servers, databases, storage };
    const saved = await measureBackup(contender, work);
    recorder.add(engine.offset + 4, contender.name, {
      seconds: saved.seconds,
      callSeconds: saved.told?.callSeconds,
    });
    const restoring = all.find((each) => each === contender);
    if (rows.has(engine.offset + 5) && restoring !== undefined) {
      const { seconds, told } = await measureRestore(restoring, work);
      recorder.add(engine.offset + 5, contender.name, { seconds, callSeconds: told?.callSeconds });
    }
    work.site.remove();
  }
}

/** Ours alone. */
const differentlyBusy = [...[1, 2, 4, 8].map(withConcurrency), dumpstream];

/**
 * @param {Lab} lab
 * @param {readonly Database[]} databases
 * @param {number} round
 */
async function byConcurrency(lab, databases, round) {
  for (const contender of inTurn(differentlyBusy, round)) {
    const work = { site: await makeSite(lab), servers: lab.servers, databases };
    const { seconds, told } = await measureBackup(contender, work);
    lab.recorder.add(27, contender.name, { seconds, callSeconds: told?.callSeconds });
    work.site.remove();
  }
}
