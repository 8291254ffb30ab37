import type { Facts } from './facts.ts';
import { systemDatabases } from './list.ts';
import { listed } from './listed.ts';

/** What keeps the tables of a database from being moved out of the way. @param keys foreign keys of other databases */
export function obstacles(database: string, { tables }: Facts, keys: readonly string[]): readonly string[] {
  const unknown = tables.filter(({ type, engine }) => type === 'BASE TABLE' && engine === '');
  return [
    ...(systemDatabases.has(database.toLowerCase()) ? ['it belongs to the server'] : []),
    ...(keys.length === 0 ? [] : [`foreign keys of other databases would follow the old tables: ${listed(keys)}`]),
    ...(unknown.length === 0
      ? []
      : [`these tables are damaged, or of an engine that is not here: ${listed(unknown.map((table) => table.name))}`]),
  ];
}
