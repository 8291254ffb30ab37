import type { HookContext } from '@dumpstream/core';
import { query } from './commands.ts';
import type { Entry } from './entry.ts';
import type { Facts } from './facts.ts';
import { atLeast } from './families.ts';
import type { Program } from './programs.ts';
import { may, type Rights } from './rights.ts';
import { parseRows } from './rows.ts';
import { isNamed } from './sql.ts';

/** Whether there can be foreign keys that refer to a database, in others that the account does not see. */
export function canHideForeignKeys(rights: Rights, { tables }: Facts): boolean {
  return tables.some(({ engine }) => engine === 'InnoDB') && !may(rights, 'SELECT') && !may(rights, 'PROCESS');
}

/** Foreign keys by which other databases refer to the entry's, in words. */
export async function foreignKeysFromOthers(
  client: Program,
  { entry, facts, rights }: { readonly entry: Entry; readonly facts: Facts; readonly rights: Rights },
  context: HookContext,
): Promise<readonly string[]> {
  // The engine knows all of them, and cuts very long names.
  const sql = `${visibleSql(entry.name)}${may(rights, 'PROCESS') ? engineSql(facts.server) : ''}`;
  const folded = (path: string) => (rights.caseSensitive ? path : path.toLowerCase());
  const own = new Set(facts.tables.map(({ name }) => folded(`${entry.name}/${name}`)));
  const keys = parseRows(await context.run(query(client, entry, sql)))
    .filter(([from = '', , to = '']) => own.has(folded(to)) && !own.has(folded(from)))
    .map(([from = '', key, to = '']) => `${key} of ${from.replace('/', '.')} (to ${to.slice(entry.name.length + 1)})`);
  return [...new Set(keys)];
}

/** Of the tables that the account sees: the one that refers, the key, and the one that is referred to, as `database/table`. */
function visibleSql(database: string): string {
  return `SELECT DISTINCT CONCAT(table_schema, '/', table_name), constraint_name,
    CONCAT(referenced_table_schema, '/', referenced_table_name)
  FROM information_schema.key_column_usage WHERE ${isNamed('referenced_table_schema', database)};\n`;
}

/** Of all tables. Only new MySQL has given up naming them as their files are named. */
function engineSql({ family, version }: Facts['server']): string {
  if (family === 'mysql' && atLeast(version, '8.0')) {
    return `SELECT for_name, SUBSTRING_INDEX(id, '/', -1), ref_name FROM information_schema.innodb_foreign;\n`;
  }
  const part = (column: string, which: 1 | -1) =>
    `CONVERT(CONVERT(CAST(SUBSTRING_INDEX(${column}, '/', ${which}) AS BINARY) USING filename) USING utf8mb4)`;
  const path = (column: string) => `CONCAT(${part(column, 1)}, '/', ${part(column, -1)})`;
  return `SELECT ${path('for_name')}, SUBSTRING_INDEX(id, '/', -1), ${path('ref_name')}
  FROM information_schema.innodb_sys_foreign;\n`;
}
