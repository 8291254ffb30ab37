import { dropPrograms, qualified } from './empty.ts';
import { type Facts, namesOf } from './facts.ts';
import { atLeast } from './families.ts';
import type { SwitchPlan } from './marker.ts';
import { defaultsIn } from './meta.ts';
import type { Scratch } from './scratch.ts';
import { identifier } from './sql.ts';
import { partsOf } from './statements.ts';

/** What a session begins with that moves tables. Whoever wants to use them meanwhile waits as long. */
const settings = `SET SESSION sql_mode = '', SESSION foreign_key_checks = 0, SESSION lock_wait_timeout = 10;\n`;

/** What there is to move: views cannot be. */
export function movableTables({ tables }: Facts): string[] {
  return tables.filter(({ type }) => type !== 'VIEW' && type !== 'SYSTEM VIEW').map(({ name }) => name);
}

/** A switch, and all that it is made of. */
export interface Switch {
  readonly plan: SwitchPlan;
  readonly scratch: Scratch;
  /** The live database, and the one that the dump was loaded into, as they are now. */
  readonly live: Facts;
  readonly fresh: Facts;
  /** Views, triggers, routines and events: of the live database, and of the dump. */
  readonly before: string;
  readonly after: string;
}

/**
 * SQL after which the live database is what the dump says; its old tables are kept aside. Tables change places in one step. Their
 * triggers have to be dropped before and made after; where the server allows it, nobody can use the tables meanwhile.
 */
export function switchOver({ plan, scratch, live, fresh, before, after }: Switch): string {
  const { database, created, defaultsAfter } = plan;
  const [leaving, arriving] = [movableTables(live), movableTables(fresh)];
  const [old, wanted] = [partsOf(before, live.server.family), partsOf(after, live.server.family)];
  const hold = holding(live, fresh, wanted.triggers);
  const held = [
    ...leaving.map((name) => qualified(database, name)),
    ...(hold === 'all along' ? arriving.map((name) => qualified(scratch.fresh, name)) : []),
  ];
  return [
    settings,
    created
      ? `CREATE DATABASE ${identifier(database)} ${defaultsAfter};\n`
      : setDefaults(database, live, defaultsAfter),
    hold === 'no' ? '' : lock(held),
    dropTriggers(database, live),
    hold === 'until the move' ? 'UNLOCK TABLES;\n' : '',
    dropViews(database, live, arriving),
    rename([
      ...leaving.map((name) => [qualified(database, name), qualified(scratch.aside, name)] as const),
      ...arriving.map((name) => [qualified(scratch.fresh, name), qualified(database, name)] as const),
    ]),
    into(database, wanted.triggers),
    hold === 'all along' ? 'UNLOCK TABLES;\n' : '',
    isUnchanged(live, old.others, wanted.others) ? '' : remake(plan, live, wanted.others),
  ].join('');
}

/** How long tables can be held that have triggers: MariaDB moves no table that is held. */
function holding(live: Facts, fresh: Facts, triggers: string): 'no' | 'until the move' | 'all along' {
  if (!canHold(live)) return 'no';
  const { family, version } = live.server;
  const some = live.triggers.length > 0 || triggers !== '';
  const holdable =
    family === 'mysql' &&
    atLeast(version, '8.0.13') &&
    canHold(fresh) &&
    replacedViews(live, movableTables(fresh)).length === 0 &&
    // Some triggers were made under another character set than their database has now.
    !/^ALTER DATABASE /m.test(triggers);
  if (some && holdable) return 'all along';
  return live.triggers.length > 0 ? 'until the move' : 'no';
}

/** With GTIDs, MySQL holds no tables of engines without transactions together with others, as triggers may want them. */
function canHold({ server, tables }: Facts): boolean {
  return server.family === 'mariadb' || tables.every(({ type, transactional }) => type === 'VIEW' || transactional);
}

/** What stays as it is keeps working all the time. A broken view is in neither text, and has to go. */
function isUnchanged(live: Facts, before: string, after: string): boolean {
  return before === after && namesOf(live, 'VIEW').every((name) => after.includes(identifier(name)));
}

/** SQL that fails where somebody holds a table, while nothing has been changed yet. */
export function probe(database: string, live: Facts): string {
  const names = movableTables(live);
  if (names.length === 0 || !canHold(live)) return '';
  return `${settings}${lock(names.map((name) => qualified(database, name)))}UNLOCK TABLES;\n`;
}

function lock(tables: readonly string[]): string {
  return tables.length === 0 ? '' : `LOCK TABLES ${tables.map((name) => `${name} WRITE`).join(', ')};\n`;
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
export function redefine(plan: SwitchPlan, live: Facts, defaults: string, text: string): string {
  const { triggers, others } = partsOf(text, live.server.family);
  return [
    settings,
    setDefaults(plan.database, live, defaults),
    dropTriggers(plan.database, live),
    into(plan.database, triggers),
    remake(plan, live, others),
  ].join('');
}

/** SQL that drops all but tables and triggers, and makes what a text has. */
function remake({ database, leftOut, grants }: SwitchPlan, live: Facts, text: string): string {
  const dropped = {
    tables: live.tables,
    routines: leftOut.includes('routines') ? [] : live.routines,
    events: leftOut.includes('events') ? [] : live.events,
  };
  return [dropPrograms(database, dropped), into(database, text), grants].join('');
}

/** Before anything is made that keeps them in mind. It would wait for whoever uses any table: so only where they differ. */
function setDefaults(database: string, live: Facts, defaults: string): string {
  const current = defaultsIn({ format: 'sql', ...live.database });
  return defaults === '' || defaults === current ? '' : `ALTER DATABASE ${identifier(database)} ${defaults};\n`;
}

/** Afterwards the session is as before. */
function into(database: string, text: string): string {
  return text === '' ? '' : `USE ${identifier(database)};\n${text}${settings}`;
}

/** They would keep a table from moving. */
export function dropTriggers(database: string, { triggers }: Facts): string {
  return triggers.map((name) => `DROP TRIGGER IF EXISTS ${qualified(database, name)};\n`).join('');
}

/** What has to go before tables can be moved. */
export function droppedFirst(live: Facts, fresh: Facts): readonly string[] {
  return [...live.triggers, ...replacedViews(live, movableTables(fresh))];
}

function dropViews(database: string, live: Facts, arriving: readonly string[]): string {
  return replacedViews(live, arriving)
    .map((name) => `DROP VIEW IF EXISTS ${qualified(database, name)};\n`)
    .join('');
}

/** Those in whose place a table comes. */
function replacedViews(live: Facts, arriving: readonly string[]): string[] {
  return namesOf(live, 'VIEW').filter((name) => arriving.includes(name));
}

/** A remark that the server runs: one that is not closed is an error, where the beginning of a list would be one as well. */
function rename(moves: readonly (readonly [string, string])[]): string {
  return moves.length === 0 ? '' : `/*! RENAME TABLE ${moves.map(([from, to]) => `${from} TO ${to}`).join(', ')} */;\n`;
}
