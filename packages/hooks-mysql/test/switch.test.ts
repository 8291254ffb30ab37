import { expect, test } from '@jest/globals';
import type { Facts } from '../src/facts.ts';
import type { FamilyName } from '../src/families.ts';
import { scratchOf } from '../src/scratch.ts';
import { switchOver } from '../src/switch.ts';

const trigger = 'CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN END;\n';
const view = 'CREATE VIEW `v` AS SELECT 1;\n';
const versions = { mysql: '9.7.4', mariadb: '10.11.18-MariaDB' };

function facts(family: FamilyName, engine: string, views: readonly string[], triggers: readonly string[]): Facts {
  const table = { name: 't', type: 'BASE TABLE', engine, transactional: engine === 'InnoDB', bytes: 0 };
  const server = { family, version: versions[family], galera: false, caseSensitive: true, runsEvents: true };
  const tables = [table, ...views.map((name) => ({ ...table, name, type: 'VIEW', engine: '', transactional: false }))];
  return {
    server,
    database: { characterSet: 'utf8mb4', collation: 'utf8mb4_bin' },
    tables,
    routines: [],
    events: [],
    triggers,
  };
}

/** What is done, in order, in a word or two for each statement. */
function steps(
  family: FamilyName,
  { engine = 'InnoDB', triggers = ['g'], before = view, after = trigger + view, views = ['v'] } = {},
): string {
  const defaults = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
  const sql = switchOver({
    plan: {
      ...{ database: 'db', created: false, dropped: triggers, arriving: 1, leftOut: [], grants: '' },
      ...{ defaultsBefore: defaults, defaultsAfter: defaults },
    },
    scratch: scratchOf('db', { caseSensitive: true }),
    live: facts(family, engine, views, triggers),
    fresh: facts(family, engine, [], []),
    before: triggers.length > 0 ? trigger + before : before,
    after,
  });
  return [...sql.matchAll(/^(?:\/\*! )?((?:UN)?LOCK|RENAME|(?:DROP|CREATE|ALTER) \w+)/gm)]
    .map(([, step]) => step)
    .join(', ');
}

test('MySQL holds tables from before their triggers are dropped until they have them again', () => {
  expect(steps('mysql')).toBe('LOCK, DROP TRIGGER, RENAME, CREATE TRIGGER, UNLOCK');
  expect(steps('mysql', { triggers: [] })).toBe('LOCK, RENAME, CREATE TRIGGER, UNLOCK');
  expect(steps('mysql', { triggers: [], after: view })).toBe('RENAME');
});

test('MariaDB, which moves no held table, drops triggers when all tables are free, and makes them right after the move', () => {
  expect(steps('mariadb')).toBe('LOCK, DROP TRIGGER, UNLOCK, RENAME, CREATE TRIGGER');
  expect(steps('mariadb', { triggers: [] })).toBe('RENAME, CREATE TRIGGER');
});

test('MySQL holds no tables without transactions, and none where it would have to do more than make triggers', () => {
  expect(steps('mysql', { engine: 'MyISAM' })).toBe('DROP TRIGGER, RENAME, CREATE TRIGGER');
  const alter = 'ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_bin;\n';
  expect(steps('mysql', { after: alter + trigger + alter + view })).toBe(
    'LOCK, DROP TRIGGER, UNLOCK, RENAME, ALTER DATABASE, CREATE TRIGGER, ALTER DATABASE',
  );
  expect(steps('mysql', { views: ['v', 't'], before: view })).toMatch(/^LOCK, DROP TRIGGER, UNLOCK, DROP VIEW, RENAME/);
});

test('what is the same in the dump stays, what is not is made again', () => {
  expect(steps('mariadb', { triggers: [], after: view })).toBe('RENAME');
  expect(steps('mariadb', { triggers: [], after: view.replace('1', '2') })).toBe('RENAME, DROP VIEW, CREATE VIEW');
  // A broken view is in no text.
  expect(steps('mariadb', { triggers: [], after: view, views: ['v', 'broken'] })).toBe(
    'RENAME, DROP VIEW, CREATE VIEW',
  );
});
