/**
 * `npm run bench:profile [-- --mode small|full]`: what the processors do in rows 1, 2 and 6, program by program. Printed as
 * tables for the documentation, where a goal cannot be met.
 */
import { availableParallelism } from 'node:os';
import { setUp } from '../scripts/setup/set-up.mjs';
import { contenders } from './contenders/index.mjs';
import { makeDatabase } from './data/databases.mjs';
import { readOptions } from './options.mjs';
import { markdown } from './report/tables.mjs';
import { watchPrograms } from './support/cpu-by-program.mjs';
import { openLab } from './support/lab.mjs';
import { makeSite } from './support/site.mjs';
import { timed } from './support/timed.mjs';

/**
 * @import { Contender, Work } from './contenders/index.mjs'
 *
 * @typedef {object} Profile of one contender
 * @property {string} name
 * @property {number} seconds from start to end
 * @property {Map<string, number>} programs the seconds that each computed
 */

/** Each goes on where the one before it ended. @type {readonly (readonly [title: string, verb: 'backup' | 'restore'])[]} */
const steps = [
  ['Row 1: a first backup', 'backup'],
  ['Row 2: the same again', 'backup'],
  ['Row 6: a restore', 'restore'],
];

const options = readOptions(process.argv.slice(2));
if (await setUp({ tests: true })) await profile();

async function profile() {
  const lab = await openLab(options);
  try {
    const { servers, sizes, storage } = lab;
    const databases = [
      await makeDatabase(servers, 'postgresql', 'shop', sizes.postgresql),
      await makeDatabase(servers, 'mariadb', 'news', sizes.mariadb),
    ];
    /** @type {Map<string, Profile[]>} */
    const rows = new Map();
    for (const contender of contenders) {
      const work = { site: await makeSite(servers), servers, databases, storage };
      for (const [title, verb] of steps) {
        const profiles = rows.get(title) ?? [];
        rows.set(title, [...profiles, await watched(contender, verb, work)]);
      }
      work.site.remove();
    }
    for (const [title, profiles] of rows) console.log(`\n### ${title}\n\n${markdown(table(profiles))}`);
  } finally {
    await lab.servers.stop();
  }
}

/**
 * @param {Contender} contender
 * @param {'backup' | 'restore'} verb
 * @param {Work} work
 * @returns {Promise<Profile>}
 */
async function watched(contender, verb, work) {
  const command = await contender[verb](work);
  const stop = watchPrograms();
  const { seconds } = await timed(command);
  return { name: contender.name, seconds, programs: stop() };
}

/** @param {readonly Profile[]} profiles */
function table(profiles) {
  const programs = [...new Set(profiles.flatMap(({ programs }) => [...programs.keys()]))];
  const least = 0.3;
  const shown = programs.filter((program) => profiles.some(({ programs }) => (programs.get(program) ?? 0) >= least));
  const all = (/** @type {Profile} */ { programs }) =>
    [...programs.values()].reduce((sum, seconds) => sum + seconds, 0);
  const line = (/** @type {string} */ title, /** @type {(profile: Profile) => number} */ of) => [
    title,
    ...profiles.map((profile) => `${of(profile).toFixed(1)} s`),
  ];
  const processors = availableParallelism();
  return [
    ['computed by', ...profiles.map(({ name }) => name)],
    ...shown.sort().map((program) => line(program, ({ programs }) => programs.get(program) ?? 0)),
    line('all together', all),
    line(`the same on ${processors} processors that are never idle`, (profile) => all(profile) / processors),
    line('time', ({ seconds }) => seconds),
  ];
}
