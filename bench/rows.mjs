import { resticRows } from './rows-restic.mjs';

/**
 * What is measured, and what we want of it.
 *
 * @typedef {object} Goal of dumpstream; per round, and in the median
 * @property {string} metric
 * @property {string} [against] a contender: then the goal is a ratio to its figure of the same round
 * @property {number} factor times the other's figure; without another, the limit itself
 * @property {number} [plus] added to that, in the metric's unit
 * @property {boolean} [atLeast] the limit is one from below
 * @property {true} [aside] not of the first list of goals, but wanted
 */

/**
 * @import { EngineName } from './engines/index.mjs'
 *
 * @typedef {object} Row
 * @property {number} number
 * @property {EngineName} [engine] whose repositories it is about; Borg's, if it says nothing
 * @property {string} scenario which measures it
 * @property {string} title
 * @property {readonly string[]} metrics that are shown, the first as a chart
 * @property {string} [note]
 * @property {number} [mostRounds] where nobody is compared with, and a round takes long
 * @property {readonly Goal[]} goals
 */

/** @param {string} [metric] @returns {Goal} */
const neverSlowerThanTuned = (metric = 'seconds') => ({ metric, against: 'tuned', factor: 1, aside: true });

/** @type {readonly Row[]} */
const borgRows = [
  {
    number: 1,
    scenario: 'large',
    title: 'Backup of one PostgreSQL and one MariaDB database, fresh repository',
    metrics: ['seconds', 'callSeconds', 'repositoryBytes'],
    goals: [
      { metric: 'seconds', against: 'raw', factor: 1.03, plus: 0.3 },
      { metric: 'seconds', against: 'borgmatic', factor: 0.4 },
      { metric: 'repositoryBytes', against: 'borgmatic', factor: 1 },
      neverSlowerThanTuned(),
    ],
  },
  {
    number: 2,
    scenario: 'large',
    title: 'The same again, nothing changed',
    metrics: ['seconds', 'callSeconds', 'growthShare'],
    goals: [
      { metric: 'seconds', against: 'raw', factor: 1.05, plus: 0.3 },
      { metric: 'seconds', against: 'borgmatic', factor: 0.3 },
      { metric: 'growthShare', factor: 0.02 },
      neverSlowerThanTuned(),
    ],
  },
  {
    number: 3,
    scenario: 'large',
    title: 'The same after an update of 0.5 % of neighbouring rows',
    metrics: ['growthBytes', 'seconds', 'callSeconds'],
    goals: [{ metric: 'growthBytes', against: 'borgmatic', factor: 0.1 }, neverSlowerThanTuned()],
  },
  {
    number: 4,
    scenario: 'many',
    title: 'Backup of many small databases',
    metrics: ['seconds', 'callSeconds'],
    note: '`raw` dumps one after the other into one archive; `raw, an archive each` runs `borg create` for each database.',
    goals: [
      { metric: 'seconds', against: 'raw', factor: 0.7 },
      { metric: 'seconds', against: 'borgmatic', factor: 0.75 },
      neverSlowerThanTuned(),
    ],
  },
  {
    number: 5,
    scenario: 'many',
    title: 'Restore of these',
    metrics: ['seconds', 'callSeconds'],
    goals: [{ metric: 'seconds', against: 'borgmatic', factor: 0.35 }, neverSlowerThanTuned()],
  },
  {
    number: 6,
    scenario: 'large',
    title: 'Restore of the two databases of row 1, with the safe strategy',
    metrics: ['seconds', 'callSeconds'],
    note: 'The others load into the live databases; dumpstream loads beside them and swaps.',
    goals: [{ metric: 'seconds', against: 'raw', factor: 0.75 }, neverSlowerThanTuned()],
  },
  {
    number: 7,
    scenario: 'large',
    title: 'Backup of the two databases of row 1 to two repositories',
    metrics: ['seconds', 'callSeconds', 'dumpsPerDatabase'],
    goals: [
      { metric: 'dumpsPerDatabase', factor: 1 },
      { metric: 'seconds', against: 'borgmatic', factor: 0.4 },
      { metric: 'seconds', against: 'dumpstream, one repository', factor: 1.5 },
      neverSlowerThanTuned(),
    ],
  },
  {
    number: 8,
    scenario: 'crowd',
    mostRounds: 2,
    title: 'Backup of a crowd of databases with `ulimit -n 1024` and `max_connections = 20`',
    metrics: ['seconds', 'callSeconds', 'archivedShare'],
    goals: [{ metric: 'archivedShare', factor: 1, atLeast: true }],
  },
  {
    number: 9,
    scenario: 'memory',
    mostRounds: 2,
    title: 'Memory of the host process, more than an idle Node',
    metrics: ['extraBytes', 'spreadBytes'],
    note: 'The peak (`VmHWM`). `dumpstream` is the largest of its round, and how far that is from the smallest.',
    goals: [
      { metric: 'extraBytes', factor: 50e6 },
      { metric: 'spreadBytes', factor: 10e6 },
    ],
  },
  {
    number: 10,
    scenario: 'importing',
    title: 'Import of core and both hooks',
    metrics: ['seconds'],
    note: 'Without the start of Node.',
    goals: [{ metric: 'seconds', against: 'execa, yaml and typebox', factor: 0.5 }],
  },
  {
    number: 11,
    scenario: 'listing',
    title: '`listArchives`, with databases',
    metrics: ['seconds', 'callSeconds'],
    goals: [{ metric: 'seconds', against: 'borg list', factor: 1.2 }],
  },
  {
    number: 12,
    scenario: 'cpu',
    title: 'CPU time of the host process for a backup of one large database',
    metrics: ['cpuSeconds'],
    note: 'With the start of Node and the imports.',
    goals: [{ metric: 'cpuSeconds', factor: 0.6 }],
  },
];

/** @type {readonly Row[]} */
export const rows = [...borgRows, ...resticRows];

/** @param {EngineName} engine */
export function rowsOf(engine) {
  return rows.filter((row) => (row.engine ?? 'borg') === engine);
}

/**
 * @param {number} number of a row
 * @param {number} rounds that were asked for
 * @returns {number} in how many it is measured
 */
export function roundsOf(number, rounds) {
  return Math.min(rounds, rowOf(number).mostRounds ?? rounds);
}

/** @param {number} number */
export function rowOf(number) {
  const row = rows.find((each) => each.number === number);
  if (row === undefined) throw new Error(`there is no row ${number}`);
  return row;
}
