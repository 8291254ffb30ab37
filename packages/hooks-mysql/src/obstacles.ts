import type { HookContext } from '@dumpstream/core';
import { query } from './commands.ts';
import type { Entry } from './entry.ts';
import type { Facts } from './facts.ts';
import { systemDatabases } from './list.ts';
import { listed } from './listed.ts';
import type { Program } from './programs.ts';
import { parseRows } from './rows.ts';
import { isNamed } from './sql.ts';

/** What keeps the tables of a database from being moved out of the way. */
export async function obstacles(
  client: Program,
  entry: Entry,
  { tables }: Facts,
  context: HookContext,
): Promise<readonly string[]> {
  const keys = parseRows(await context.run(query(client, entry, foreignKeys(entry.name)))).map(
    ([schema, table, key, to]) => `${key} of ${schema}.${table} (to ${to})`,
  );
  const unknown = tables.filter(({ type, engine }) => type === 'BASE TABLE' && engine === '').map(({ name }) => name);
  return [
    ...(systemDatabases.has(entry.name.toLowerCase()) ? ['it belongs to the server'] : []),
    ...(keys.length === 0 ? [] : [`foreign keys of other databases would follow the old tables: ${listed(keys)}`]),
    ...(unknown.length === 0 ? [] : [`these tables are damaged, or of an engine that is not here: ${listed(unknown)}`]),
  ];
}

function foreignKeys(database: string): string {
  return `SELECT DISTINCT table_schema, table_name, constraint_name, referenced_table_name
  FROM information_schema.key_column_usage
  WHERE ${isNamed('referenced_table_schema', database)} AND NOT (${isNamed('table_schema', database)});\n`;
}
