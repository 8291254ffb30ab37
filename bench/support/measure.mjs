import { contentOf, damage } from '../data/databases.mjs';
import { timed } from './timed.mjs';
import { verifyBackup } from './verify.mjs';

/**
 * @import { Contender, Work } from '../contenders/index.mjs'
 * @import { Told } from '../contenders/dumpstream.mjs'
 *
 * @typedef {object} Measured
 * @property {number} seconds from start to end of the command
 * @property {Told} [told] by the host of dumpstream
 */

/**
 * @param {Pick<Contender, 'leastShare' | 'backup'>} contender
 * @param {Work} work
 * @returns {Promise<Measured>}
 */
export async function measureBackup({ leastShare, backup }, work) {
  const command = await backup(work);
  const path = [work.site.env.PATH, command.env?.PATH ?? process.env.PATH].filter(Boolean).join(':');
  const { seconds, stdout } = await timed({ ...command, env: { ...command.env, PATH: path } });
  await verifyBackup(work.site, work.databases, leastShare);
  return measured(seconds, stdout);
}

/**
 * Restores the newest archive over databases from which something was taken.
 *
 * @param {Contender} contender
 * @param {Work} work
 * @returns {Promise<Measured>}
 */
export async function measureRestore({ name, restore }, work) {
  const { servers, databases } = work;
  const contents = () => Promise.all(databases.map((database) => contentOf(servers, database)));
  const before = await contents();
  for (const database of databases) await damage(servers, database);
  const { seconds, stdout } = await timed(await restore(work));
  const after = await contents();
  for (const [index, database] of databases.entries()) {
    if (before[index] !== after[index]) throw new Error(`${name} did not bring ${database.name} back to what it was`);
  }
  return measured(seconds, stdout);
}

/**
 * @param {number} seconds
 * @param {string} stdout
 * @returns {Measured}
 */
function measured(seconds, stdout) {
  return stdout.startsWith('{"callSeconds"') ? { seconds, told: JSON.parse(stdout) } : { seconds };
}
