import type { Facts } from './facts.ts';
import { identifier } from './sql.ts';

/**
 * SQL that takes everything out of a database. The database itself stays, and with it what accounts may do there, and the sessions
 * that have it as their default.
 */
export function emptyDatabase(database: string, facts: Facts): string {
  return [
    'SET SESSION foreign_key_checks = 0;\n',
    // All in one statement: when a table is held by somebody, none is dropped.
    sqlOf(drop('TABLE', [tablesOf(facts, database, 'BASE TABLE', 'SYSTEM VERSIONED').join(', ')])),
    sqlOf(drop('SEQUENCE', [tablesOf(facts, database, 'SEQUENCE').join(', ')])),
    dropPrograms(database, facts),
  ].join('');
}

/** SQL that takes out what is no table; triggers go with theirs. */
export function dropPrograms(database: string, facts: Pick<Facts, 'tables' | 'routines' | 'events'>): string {
  const stored = (type: string) =>
    facts.routines.filter((routine) => routine.type === type).map(({ name }) => qualified(database, name));
  return sqlOf([
    ...drop(
      'EVENT',
      facts.events.map((name) => qualified(database, name)),
    ),
    ...drop('VIEW', [tablesOf(facts, database, 'VIEW').join(', ')]),
    ...['PROCEDURE', 'FUNCTION', 'LIBRARY'].flatMap((type) => drop(type, stored(type))),
    ...inOracleMode(drop('PACKAGE', stored('PACKAGE'))),
  ]);
}

export function qualified(database: string, name: string): string {
  return `${identifier(database)}.${identifier(name)}`;
}

function tablesOf({ tables }: Pick<Facts, 'tables'>, database: string, ...types: readonly string[]): string[] {
  return tables.filter(({ type }) => types.includes(type)).map(({ name }) => qualified(database, name));
}

function sqlOf(statements: readonly string[]): string {
  return statements.map((statement) => `${statement};\n`).join('');
}

function drop(what: string, names: readonly string[]): string[] {
  return names.filter((name) => name !== '').map((name) => `DROP ${what} IF EXISTS ${name}`);
}

/** The only one in which MariaDB knows packages. Dropping one drops its body. */
function inOracleMode(statements: readonly string[]): readonly string[] {
  if (statements.length === 0) return [];
  return ["SET SESSION sql_mode = 'ORACLE'", ...statements, "SET SESSION sql_mode = ''"];
}
