/**
 * `npm run bench:profile [-- --engine borg|restic --mode small|full --rows 4,5]`: what the processors do in rows 1, 2, 4, 5
 * and 6 or the same of restic, program by program. Printed as tables for the documentation, where a goal cannot be met.
 */
import { availableParallelism } from 'node:os';
import { setUp } from '../scripts/setup/set-up.mjs';
import { contenders } from './contenders/index.mjs';
import { makeManyDatabases, makeTwoDatabases } from './data/databases.mjs';
import { readOptions } from './options.mjs';
import { markdown } from './report/tables.mjs';
import { watchPrograms } from './support/cpu-by-program.mjs';
import { openLab } from './support/lab.mjs';
import { makeSite } from './support/site.mjs';
import { timed } from './support/timed.mjs';

/**
 * @import { Contender, Work } from './contenders/index.mjs'
 * @import { Database } from './data/databases.mjs'
 * @import { Lab } from './support/lab.mjs'
 *
 * @typedef {readonly [row: number, title: string, verb: 'backup' | 'restore']} Step
 *
 * @typedef {object} Profile of one contender
 * @property {string} name
 * @property {number} seconds from start to end
 * @property {Map<string, number>} programs the seconds that each computed
 */

/**
 * Each step goes on where the one before it ended.
 *
 * @type {readonly { makeDatabases: (lab: Lab) => Promise<Database[]>, steps: readonly Step[] }[]}
 */
const scenes = [
  {
    makeDatabases: makeTwoDatabases,
    steps: [
      [1, 'a first backup', 'backup'],
      [2, 'the same again', 'backup'],
      [6, 'a restore', 'restore'],
    ],
  },
  {
    makeDatabases: makeManyDatabases,
    steps: [
      [4, 'a backup of many small databases', 'backup'],
      [5, 'a restore of these', 'restore'],
    ],
  },
];

const options = readOptions(process.argv.slice(2));
if (await setUp({ tests: true })) await profile();

async function profile() {
  const lab = await openLab(options);
  try {
    const { offset } = lab.engine;
    for (const { makeDatabases, steps } of scenes) {
      if (!steps.some(([row]) => lab.rows.has(offset + row))) continue;
      const rows = await profiles(lab, await makeDatabases(lab), steps);
      for (const [row, title] of steps) {
        console.log(`\n### Row ${offset + row}: ${title}\n\n${markdown(table(rows.get(row) ?? []))}`);
      }
    }
  } finally {
    await lab.servers.stop();
  }
}

/**
 * @param {Lab} lab
 * @param {readonly Database[]} databases
 * @param {readonly Step[]} steps
 */
async function profiles(lab, databases, steps) {
  const { servers, engine, storage } = lab;
  /** @type {Map<number, Profile[]>} */
  const rows = new Map();
  for (const contender of contenders[engine.name]) {
    const work = { site: await makeSite(lab), servers, databases, storage };
    for (const [row, , verb] of steps) {
      rows.set(row, [...(rows.get(row) ?? []), await watched(contender, verb, work)]);
    }
    work.site.remove();
  }
  return rows;
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
