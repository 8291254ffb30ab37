import { borgmatic, contenders, dumpstream, inTurn, tunedBorgmatic } from '../contenders/index.mjs';
import { makeTwoDatabases, updateNeighbours } from '../data/databases.mjs';
import { countingDumps } from '../support/count-dumps.mjs';
import { measureBackup, measureRestore } from '../support/measure.mjs';
import { makeSite, sizeOf } from '../support/site.mjs';

/**
 * @import { Contender, Work } from '../contenders/index.mjs'
 * @import { Database } from '../data/databases.mjs'
 * @import { Lab } from '../support/lab.mjs'
 */

/**
 * Rows 1, 2, 3, 6 and 7: one large database of each system.
 *
 * @param {Lab} lab
 */
export async function measureLarge(lab) {
  const { engine, rows, rounds } = lab;
  const databases = await makeTwoDatabases(lab);
  for (const { kind, bytes } of databases)
    console.log(`        a dump of the ${kind} database has ${Math.round(bytes / 1e6)} MB`);
  for (let round = 0; round < rounds; round++) {
    if ([1, 2, 3, 6].some((row) => rows.has(engine.offset + row))) await oneRepository(lab, databases, round);
    if (rows.has(7)) await twoRepositories(lab, databases, round);
  }
}

/**
 * @param {Lab} lab
 * @param {readonly Database[]} databases
 * @param {number} round
 */
async function oneRepository(lab, databases, round) {
  const { servers, engine } = lab;
  const isWanted = (/** @type {number} */ row) => lab.rows.has(engine.offset + row);
  const order = inTurn(contenders[engine.name], round);
  /** @type {Map<Contender, Work>} */
  const works = new Map();
  for (const contender of order)
    works.set(contender, { site: await makeSite(lab), servers, databases, storage: lab.storage });
  /** @param {Contender} contender */
  const workOf = (contender) => /** @type {Work} */ (works.get(contender));
  const steps = [1, 2, 3].filter((step) => step <= Math.max(...[1, 2, 3].filter(isWanted), 1));
  for (const step of steps) {
    if (step === 3) for (const database of databases) await updateNeighbours(servers, database, round);
    for (const contender of order) {
      const work = workOf(contender);
      const [repository = ''] = work.site.repositories;
      const before = sizeOf(repository);
      const { seconds, told } = await measureBackup(contender, work);
      const growth = sizeOf(repository) - before;
      lab.recorder.add(engine.offset + step, contender.name, {
        seconds,
        callSeconds: told?.callSeconds,
        ...(step === 1 ? { repositoryBytes: before + growth } : {}),
        ...(step === 2 ? { growthShare: growth / before } : {}),
        ...(step === 3 ? { growthBytes: growth } : {}),
      });
    }
  }
  if (isWanted(6)) {
    for (const contender of order) {
      const { seconds, told } = await measureRestore(contender, workOf(contender));
      lab.recorder.add(engine.offset + 6, contender.name, { seconds, callSeconds: told?.callSeconds });
    }
  }
  for (const { site } of works.values()) site.remove();
}

/**
 * @param {Lab} lab
 * @param {readonly Database[]} databases
 * @param {number} round
 */
async function twoRepositories(lab, databases, round) {
  const { servers } = lab;
  const entrants = [
    ...[borgmatic, tunedBorgmatic, dumpstream].map((contender) => ({ contender, count: 2, name: contender.name })),
    { contender: dumpstream, count: 1, name: 'dumpstream, one repository' },
  ];
  for (const { contender, count, name } of inTurn(entrants, round)) {
    const site = await makeSite(lab, count);
    const counter = await countingDumps(site);
    const { seconds, told } = await measureBackup(contender, {
      site: counter.site,
      servers,
      databases,
      storage: lab.storage,
    });
    lab.recorder.add(7, name, {
      seconds,
      callSeconds: told?.callSeconds,
      dumpsPerDatabase: counter.dumps() / databases.length,
    });
    site.remove();
  }
}
