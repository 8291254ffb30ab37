import { BackupError, type DumpSink, type HookContext, type Meta } from '@dumpstream/core';
import { dumpTables } from './commands.ts';
import { readDefinitions } from './definitions.ts';
import type { DumpJob } from './entry.ts';
import { type Facts, namesOf } from './facts.ts';
import type { FamilyName } from './families.ts';
import { dumpGlobals } from './globals.ts';
import { hasDumpableHistory } from './history.ts';
import { look } from './look.ts';
import { metaOf } from './meta.ts';
import { findClient, findDumper } from './programs.ts';
import { namesSequences } from './sequences.ts';
import { endSessionsAfter, newTag, readingSessions } from './sessions.ts';
import { readSurroundings } from './surroundings.ts';

/** One stream in two parts: tables with their data; then views, triggers, routines and events. */
export async function dump(family: FamilyName, job: DumpJob, sink: DumpSink, context: HookContext): Promise<Meta> {
  if (job.item.kind === 'globals') return dumpGlobals(family, job, sink, context);
  const { entry } = job;
  const client = await findClient(family, entry, 'backup', context);
  const dumper = await findDumper(family, entry, context);
  const { facts, grants } = await look(client, entry, await readSurroundings(client, entry, context), context);
  requireDatabase(facts, entry.name);
  const definitions = await readDefinitions(dumper, entry, facts, context);
  const history = await hasDumpableHistory(client, dumper, entry, facts, context);
  const meta = metaOf(dumper, facts, entry, definitions.text, await namesSequences(client, entry, facts, context));

  const tag = newTag();
  const succeeded = endSessionsAfter(context, client, entry, readingSessions(tag));
  await sink.from(dumpTables({ dumper, entry, views: namesOf(facts, 'VIEW'), tag, history }), ...definitions.commands);
  succeeded();
  return { ...meta, ...(grants === undefined ? {} : { grants }) };
}

export function requireDatabase({ database }: Facts, name: string): void {
  if (database !== undefined) return;
  throw new BackupError('DATABASE_NOT_FOUND', `the server has no database ${JSON.stringify(name)}`, {
    hint: 'check `name`; an account without rights on a database does not see it',
  });
}
