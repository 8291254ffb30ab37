import type { HookContext } from '@dumpstream/core';
import type { Entry } from './entry.ts';
import type { Facts } from './facts.ts';
import { foreignKeysFromOthers } from './foreign-keys.ts';
import { systemDatabases } from './list.ts';
import { listed } from './listed.ts';
import type { Program } from './programs.ts';
import type { Rights } from './rights.ts';

/** What keeps the tables of a database from being moved out of the way. */
export async function obstacles(
  client: Program,
  job: { readonly entry: Entry; readonly facts: Facts; readonly rights: Rights },
  context: HookContext,
): Promise<readonly string[]> {
  const { name } = job.entry;
  const keys = await foreignKeysFromOthers(client, job, context);
  const unknown = job.facts.tables.filter(({ type, engine }) => type === 'BASE TABLE' && engine === '');
  return [
    ...(systemDatabases.has(name.toLowerCase()) ? ['it belongs to the server'] : []),
    ...(keys.length === 0 ? [] : [`foreign keys of other databases would follow the old tables: ${listed(keys)}`]),
    ...(unknown.length === 0
      ? []
      : [`these tables are damaged, or of an engine that is not here: ${listed(unknown.map((table) => table.name))}`]),
  ];
}
