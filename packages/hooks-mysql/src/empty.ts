import type { Facts } from './facts.ts';
import { identifier } from './sql.ts';

/**
 * SQL that takes everything out of a database. The database itself stays, and with it what accounts may do there, and the sessions
 * that have it as their default.
 */
export function emptyDatabase(database: string, { tables, routines, events }: Facts): string {
  const qualified = (name: string) => `${identifier(database)}.${identifier(name)}`;
  const ofType = (...types: readonly string[]) =>
    tables.filter(({ type }) => types.includes(type)).map(({ name }) => qualified(name));
  const stored = (type: string) =>
    routines.filter((routine) => routine.type === type).map(({ name }) => qualified(name));
  return [
    'SET SESSION foreign_key_checks = 0',
    // All in one statement: when a table is held by somebody, none is dropped.
    ...drop('TABLE', [ofType('BASE TABLE', 'SYSTEM VERSIONED').join(', ')]),
    ...drop('EVENT', events.map(qualified)),
    ...drop('VIEW', [ofType('VIEW').join(', ')]),
    ...drop('SEQUENCE', [ofType('SEQUENCE').join(', ')]),
    ...['PROCEDURE', 'FUNCTION', 'LIBRARY'].flatMap((type) => drop(type, stored(type))),
    ...inOracleMode(drop('PACKAGE', stored('PACKAGE'))),
  ]
    .map((statement) => `${statement};\n`)
    .join('');
}

function drop(what: string, names: readonly string[]): string[] {
  return names.filter((name) => name !== '').map((name) => `DROP ${what} IF EXISTS ${name}`);
}

/** The only one in which MariaDB knows packages. Dropping one drops its body. */
function inOracleMode(statements: readonly string[]): readonly string[] {
  return statements.length === 0 ? [] : ["SET SESSION sql_mode = 'ORACLE'", ...statements];
}
