import { BackupError, type DumpSink, type HookContext, type Meta } from '@dumpstream/core';
import { dumpTables } from './commands.ts';
import { readDefinitions } from './definitions.ts';
import type { DumpJob } from './entry.ts';
import { type Facts, namesOf, readFacts } from './facts.ts';
import type { FamilyName } from './families.ts';
import { hasDumpableHistory } from './history.ts';
import { metaOf } from './meta.ts';
import { findClient, findDumper } from './programs.ts';
import { namesSequences } from './sequences.ts';
import { endSessionsAfter, newTag, readingSessions } from './sessions.ts';

/** One stream in two parts: tables with their data; then views, triggers, routines and events. */
export async function dump(
  family: FamilyName,
  { entry }: DumpJob,
  sink: DumpSink,
  context: HookContext,
): Promise<Meta> {
  const client = await findClient(family, entry, context);
  const dumper = await findDumper(family, entry, context);
  const facts = await readFacts(client, entry, context);
  requireDatabase(facts, entry.name);
  const definitions = await readDefinitions(dumper, entry, facts, context);
  const history = await hasDumpableHistory(client, dumper, entry, facts, context);
  const meta = metaOf(dumper, facts, definitions.bytes, await namesSequences(client, entry, facts, context));

  const tag = newTag();
  const succeeded = endSessionsAfter(context, client, entry, readingSessions(tag));
  await sink.from(dumpTables({ dumper, entry, views: namesOf(facts, 'VIEW'), tag, history }), ...definitions.commands);
  succeeded();
  return meta;
}

export function requireDatabase({ database }: Facts, name: string): void {
  if (database !== undefined) return;
  throw new BackupError('DATABASE_NOT_FOUND', `the server has no database ${JSON.stringify(name)}`, {
    hint: 'check `name`; an account without rights on a database does not see it',
  });
}
