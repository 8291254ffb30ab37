import { dropPrograms, qualified } from './empty.ts';
import type { Facts } from './facts.ts';
import type { SwitchPlan } from './marker.ts';
import { defaultsIn } from './meta.ts';
import type { Scratch } from './scratch.ts';
import { identifier } from './sql.ts';

/** What a session begins with that moves tables. Whoever wants to use them meanwhile waits as long. */
const settings = `SET SESSION sql_mode = '', SESSION foreign_key_checks = 0, SESSION lock_wait_timeout = 10;\n`;

/** What there is to move: views cannot be. */
export function movableTables({ tables }: Facts): string[] {
  return tables.filter(({ type }) => type !== 'VIEW' && type !== 'SYSTEM VIEW').map(({ name }) => name);
}

/**
 * SQL that puts the tables of the fresh database in the place of the live one's, which it keeps aside, in one step.
 * @param live as it is now
 */
export function moveIn({ database, created, defaultsAfter }: SwitchPlan, scratch: Scratch, live: Facts, fresh: Facts) {
  const leaving = movableTables(live);
  const arriving = movableTables(fresh);
  return [
    settings,
    created ? `CREATE DATABASE ${identifier(database)} ${defaultsAfter};\n` : '',
    dropTriggers(database, live),
    dropViews(database, live, arriving),
    rename([
      ...leaving.map((name) => [qualified(database, name), qualified(scratch.aside, name)] as const),
      ...arriving.map((name) => [qualified(scratch.fresh, name), qualified(database, name)] as const),
    ]),
  ].join('');
}

/**
 * SQL that fails where somebody holds a table, while nothing has been changed yet. With GTIDs, MySQL takes no locks on tables of engines
 * without transactions together with others, as triggers may want them.
 */
export function probe(database: string, live: Facts): string {
  const steady = live.tables.every(({ type, transactional }) => type === 'VIEW' || transactional);
  const names = movableTables(live);
  if (names.length === 0 || (live.server.family === 'mysql' && !steady)) return '';
  return `${settings}LOCK TABLES ${names.map((name) => `${qualified(database, name)} WRITE`).join(', ')};\nUNLOCK TABLES;\n`;
}

/** SQL that undoes the move. @param live, aside as they are now */
export function moveBack({ database }: SwitchPlan, scratch: Scratch, live: Facts, aside: readonly string[]): string {
  return [
    settings,
    dropTriggers(database, live),
    dropViews(database, live, aside),
    rename([
      ...movableTables(live).map((name) => [qualified(database, name), qualified(scratch.fresh, name)] as const),
      ...aside.map((name) => [qualified(scratch.aside, name), qualified(database, name)] as const),
    ]),
  ].join('');
}

/** SQL after which a database has the views, triggers, routines and events of a text, and no others. @param live as it is now */
export function redefine(
  { database, leftOut, grants }: SwitchPlan,
  live: Facts,
  defaults: string,
  text: string,
): string {
  const current = defaultsIn({ format: 'sql', ...live.database });
  const dropped = {
    tables: live.tables,
    routines: leftOut.includes('routines') ? [] : live.routines,
    events: leftOut.includes('events') ? [] : live.events,
  };
  return [
    settings,
    dropTriggers(database, live),
    dropPrograms(database, dropped),
    // It would wait for whoever uses any table.
    defaults === '' || defaults === current ? '' : `ALTER DATABASE ${identifier(database)} ${defaults};\n`,
    text === '' ? '' : `USE ${identifier(database)};\n${text}`,
    settings,
    grants,
  ].join('');
}

/** They would keep a table from moving. */
export function dropTriggers(database: string, { triggers }: Facts): string {
  return triggers.map((name) => `DROP TRIGGER IF EXISTS ${qualified(database, name)};\n`).join('');
}

/** Those in whose place a table comes. */
function dropViews(database: string, { tables }: Facts, arriving: readonly string[]): string {
  return tables
    .filter(({ name, type }) => type === 'VIEW' && arriving.includes(name))
    .map(({ name }) => `DROP VIEW IF EXISTS ${qualified(database, name)};\n`)
    .join('');
}

function rename(moves: readonly (readonly [string, string])[]): string {
  return moves.length === 0 ? '' : `RENAME TABLE ${moves.map(([from, to]) => `${from} TO ${to}`).join(', ')};\n`;
}
