/** @import { Goal, Row } from './rows.mjs' */

/** @param {number} factor @returns {Goal} */
const ofRaw = (factor) => ({ metric: 'seconds', against: 'raw', factor, aside: true });

/** Rows of Borg's with restic, and what is restic's own. @type {readonly Row[]} */
export const resticRows = [
  {
    number: 21,
    engine: 'restic',
    scenario: 'large',
    title: 'Backup of one PostgreSQL and one MariaDB database, fresh repository',
    metrics: ['seconds', 'callSeconds', 'repositoryBytes'],
    goals: [ofRaw(1)],
  },
  {
    number: 22,
    engine: 'restic',
    scenario: 'large',
    title: 'The same again, nothing changed',
    metrics: ['seconds', 'callSeconds', 'growthShare'],
    goals: [ofRaw(1)],
  },
  {
    number: 24,
    engine: 'restic',
    scenario: 'many',
    title: 'Backup of many small databases',
    metrics: ['seconds', 'callSeconds'],
    goals: [ofRaw(0.7)],
  },
  {
    number: 25,
    engine: 'restic',
    scenario: 'many',
    title: 'Restore of these',
    metrics: ['seconds', 'callSeconds'],
    goals: [ofRaw(0.7)],
  },
  {
    number: 26,
    engine: 'restic',
    scenario: 'large',
    title: 'Restore of the two databases of row 21, with the safe strategy',
    metrics: ['seconds', 'callSeconds'],
    note: '`raw` loads into the live databases; dumpstream loads beside them and swaps.',
    goals: [ofRaw(0.75)],
  },
  {
    number: 27,
    engine: 'restic',
    scenario: 'many',
    title: 'Backup of many small databases with more or less `concurrency`',
    metrics: ['seconds', 'callSeconds'],
    note: '`dumpstream` is the default: as many at once as there are processors.',
    goals: [],
  },
];
