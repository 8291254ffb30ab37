import { scratchOf } from '../../src/scratch.ts';
import { identifier } from '../../src/sql.ts';
import { type Lab, sql } from './lab.ts';

/** Makes databases for the time of some work. The work may drop them itself, or make them, as it likes. */
export async function withDatabases<T>(
  lab: Lab,
  names: readonly string[],
  work: () => Promise<T>,
  options = 'CHARACTER SET utf8mb4',
): Promise<T> {
  const [first, ...others] = names;
  try {
    if (first !== undefined) await sql(lab, '', `CREATE DATABASE ${identifier(first)} ${options};`);
    return await work();
  } finally {
    for (const name of [first, ...others]) {
      if (name !== undefined) await sql(lab, '', `DROP DATABASE IF EXISTS ${identifier(name)};`);
    }
  }
}

/** What a restore of a database has left beside it. */
export async function scratchDatabases(lab: Lab, database: string): Promise<string[]> {
  const caseSensitive = (await sql(lab, '', 'SELECT @@lower_case_table_names')) === '0';
  const { fresh, aside } = scratchOf(database, { caseSensitive });
  const all = (await sql(lab, '', 'SHOW DATABASES')).split('\n');
  return all.filter((name) => name === fresh || name === aside);
}
