import { BackupError } from '@dumpstream/core';
import { wants } from './dump-options.ts';
import type { Entry } from './entry.ts';
import type { Facts } from './facts.ts';
import { atLeast } from './families.ts';
import { may, type Rights } from './rights.ts';

/**
 * The dump programs leave out, in silence, what the account may not see.
 * @throws BackupError `PERMISSION_MISSING` naming what the account lacks to dump the whole database
 */
export function requireDumpRights(rights: Rights, facts: Facts, entry: Entry): void {
  const { name } = entry;
  const lacks = (privilege: string) => !may(rights, privilege, name);
  const inDatabase = [
    'SELECT',
    // What this shows cannot be seen without it: so it cannot be known that there is none.
    ...(wants(entry, 'triggers') ? ['TRIGGER'] : []),
    ...(wants(entry, 'events') ? ['EVENT'] : []),
    ...(facts.tables.some(({ type }) => type === 'VIEW') ? ['SHOW VIEW'] : []),
    ...(entry.lock_tables === true ? ['LOCK TABLES'] : []),
  ].filter(lacks);
  const routines = wants(entry, 'routines') ? routineRight(rights, facts, name) : undefined;
  const tablespaces = entry.tablespaces === true && facts.server.family === 'mysql' && !may(rights, 'PROCESS');
  requireRights(
    rights,
    [
      ...(inDatabase.length === 0 ? [] : [`${inDatabase.join(', ')} on ${name}.*`]),
      ...(routines === undefined ? [] : [routines]),
      ...(tablespaces ? ['PROCESS on *.*'] : []),
    ],
    `dump the whole of ${name}`,
  );
}

/** @throws BackupError `PERMISSION_MISSING` unless nothing is missing */
export function requireRights(rights: Rights, missing: readonly string[], todo: string): void {
  if (missing.length === 0) return;
  throw new BackupError('PERMISSION_MISSING', `${rights.account} may not ${todo}: it lacks ${missing.join('; ')}`, {
    hint: 'grant the account what it lacks',
  });
}

/** The right that is missing to read all routines, or undefined. */
function routineRight(rights: Rights, { server, routines }: Facts, database: string): string | undefined {
  const { privilege, on } = readsRoutines(server);
  const where = { '*.*': [], 'mysql.proc': ['mysql', 'proc'], database: [database] }[on];
  if (may(rights, privilege, ...where) || may(rights, 'SELECT')) return undefined;
  // With these, the account sees the names of all, and the bodies of its own.
  const seesAll = ['EXECUTE', 'CREATE ROUTINE', 'ALTER ROUTINE'].some((each) => may(rights, each, database));
  if (seesAll && routines.every(({ readable }) => readable)) return undefined;
  return `${privilege} on ${on === 'database' ? `${database}.*` : on}`;
}

/** Where the server has put the right to read the routines of others, which has wandered in the course of time. */
function readsRoutines({ family, version }: Facts['server']) {
  if (family === 'mysql' && atLeast(version, '8.0.20')) return { privilege: 'SHOW_ROUTINE', on: '*.*' } as const;
  if (family === 'mariadb' && atLeast(version, '11.3')) {
    return { privilege: 'SHOW CREATE ROUTINE', on: 'database' } as const;
  }
  return { privilege: 'SELECT', on: 'mysql.proc' } as const;
}
