import type { DumpSource, HookContext, Meta } from '@dumpstream/core';
import { load, query } from './commands.ts';
import { emptyDatabase } from './empty.ts';
import type { LoadJob } from './entry.ts';
import { type Facts, readFacts } from './facts.ts';
import type { FamilyName } from './families.ts';
import { defaultsIn } from './meta.ts';
import { findClient } from './programs.ts';
import { retargetDefaults } from './sequences.ts';
import { endSessionsAfter, initCommand, newTag, writingSession } from './sessions.ts';
import { identifier } from './sql.ts';

/** Replaces the database's content in place. */
export async function restore(
  family: FamilyName,
  { item, entry, meta }: LoadJob,
  source: DumpSource,
  context: HookContext,
): Promise<void> {
  const client = await findClient(family, entry, context);
  const facts = await readFacts(client, entry, context);
  // A cluster refuses such locks.
  const tag = facts.server.galera ? undefined : newTag();
  const init = tag === undefined ? undefined : initCommand(tag);
  const succeeded = tag === undefined ? undefined : endSessionsAfter(context, client, entry, writingSession(tag));

  await context.run(query(client, entry, makeRoom(entry.name, facts, meta), init));
  await source.into(load(client, entry, init));
  if (item.name !== entry.name) await retargetDefaults(client, entry, item.name, context);
  succeeded?.();
}

/** SQL after which there is an empty database with the defaults of the archived one. */
function makeRoom(database: string, facts: Facts, meta: Meta): string {
  const defaults = defaultsIn(meta);
  if (facts.database === undefined) return `CREATE DATABASE ${identifier(database)} ${defaults};\n`;
  // The defaults first: where the server does not know them, nothing has been dropped yet.
  const setDefaults = defaults === '' ? '' : `ALTER DATABASE ${identifier(database)} ${defaults};\n`;
  return `${setDefaults}${emptyDatabase(database, facts)}`;
}
