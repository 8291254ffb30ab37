import type { Question } from './ask.ts';
import type { Facts, Server } from './facts.ts';
import { atLeast } from './families.ts';
import { may, type Rights } from './rights.ts';

/** Whether there can be foreign keys that refer to a database, in others that the account does not see. */
export function canHideForeignKeys(rights: Rights, { tables }: Facts): boolean {
  return tables.some(({ engine }) => engine === 'InnoDB') && !may(rights, 'SELECT') && !may(rights, 'PROCESS');
}

/** A foreign key: the table that has it, and the one that it refers to, as `database/table`. */
interface ForeignKey {
  readonly from: string;
  readonly key: string;
  readonly to: string;
}

/** All that refer to another database, and more. The engine knows all there are, and cuts very long names. */
export function foreignKeys(server: Server, rights: Rights): Question<readonly ForeignKey[]> {
  return {
    sql: `${visibleSql}${may(rights, 'PROCESS') ? engineSql(server) : ''}`,
    read: (rows) => rows.map(([from = '', key = '', to = '']) => ({ from, key, to })),
  };
}

/** Those by which other databases refer to one, in words. */
export function foreignKeysFromOthers(
  database: string,
  { tables, server }: Facts,
  keys: readonly ForeignKey[],
): readonly string[] {
  const folded = (path: string) => (server.caseSensitive ? path : path.toLowerCase());
  const own = new Set(tables.map(({ name }) => folded(`${database}/${name}`)));
  const found = keys
    .filter(({ from, to }) => own.has(folded(to)) && !own.has(folded(from)))
    .map(({ from, key, to }) => `${key} of ${from.replace('/', '.')} (to ${to.slice(database.length + 1)})`);
  return [...new Set(found)];
}

/** Of the tables that the account sees. */
const visibleSql = `SELECT DISTINCT CONCAT(table_schema, '/', table_name), constraint_name,
    CONCAT(referenced_table_schema, '/', referenced_table_name)
  FROM information_schema.key_column_usage
  WHERE CAST(referenced_table_schema AS BINARY) <> CAST(table_schema AS BINARY);\n`;

/** Of all tables. Only new MySQL has given up naming them as their files are named. */
function engineSql({ family, version }: Server): string {
  if (family === 'mysql' && atLeast(version, '8.0')) {
    return `SELECT for_name, SUBSTRING_INDEX(id, '/', -1), ref_name FROM information_schema.innodb_foreign;\n`;
  }
  const part = (column: string, which: 1 | -1) =>
    `CONVERT(CONVERT(CAST(SUBSTRING_INDEX(${column}, '/', ${which}) AS BINARY) USING filename) USING utf8mb4)`;
  const path = (column: string) => `CONCAT(${part(column, 1)}, '/', ${part(column, -1)})`;
  return `SELECT ${path('for_name')}, SUBSTRING_INDEX(id, '/', -1), ${path('ref_name')}
  FROM information_schema.innodb_sys_foreign;\n`;
}
