import { contenders, inTurn, rawOneByOne } from '../contenders/index.mjs';
import { makeDatabase } from '../data/databases.mjs';
import { measureBackup, measureRestore } from '../support/measure.mjs';
import { makeSite } from '../support/site.mjs';

/**
 * @import { Database } from '../data/databases.mjs'
 * @import { Lab } from '../support/lab.mjs'
 */

/** Bytes of one dump, about. */
const small = 130_000;

/**
 * Rows 4 and 5: many small databases, half of each system.
 *
 * @param {Lab} lab
 */
export async function measureMany(lab) {
  const { servers, sizes, rows, rounds } = lab;
  /** @type {Database[]} */
  const databases = [];
  for (let n = 1; n <= sizes.many; n++) {
    const kind = n % 2 === 0 ? 'mariadb' : 'postgresql';
    databases.push(await makeDatabase(servers, kind, `small_${n}`, small));
  }
  for (let round = 0; round < rounds; round++) {
    const everybody = [rawOneByOne, ...contenders];
    for (const contender of inTurn(everybody, round)) {
      const work = { site: await makeSite(lab.servers), servers, databases, storage: lab.storage };
      const saved = await measureBackup(contender, work);
      lab.recorder.add(4, contender.name, { seconds: saved.seconds, callSeconds: saved.told?.callSeconds });
      const restoring = contenders.find((each) => each === contender);
      if (rows.has(5) && restoring !== undefined) {
        const { seconds, told } = await measureRestore(restoring, work);
        lab.recorder.add(5, contender.name, { seconds, callSeconds: told?.callSeconds });
      }
      work.site.remove();
    }
  }
}
