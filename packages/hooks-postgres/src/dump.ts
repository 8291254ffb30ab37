import type { DumpSink, HookContext, Meta } from '@dumpstream/core';
import { dump as dumpCommand, psql } from './commands.ts';
import { applicationName } from './connection.ts';
import type { DumpJob } from './entry.ts';
import { newId } from './id.ts';
import { makeMeta } from './meta.ts';
import type { Source } from './probe.ts';
import { endOwnSessions } from './sql/leftovers.ts';
import { script } from './sql/script.ts';

/**
 * Dumps one database. A dump that failed leaves no session: pg_dump's may be waiting for a lock, and holds those it
 * has.
 */
export async function dump(job: DumpJob, source: Source, sink: DumpSink, context: HookContext): Promise<Meta> {
  const id = newId();
  const { entry } = job;
  let done = false;
  context.defer(async (later) => {
    if (done) return;
    const input = script({ application: applicationName(id) }, endOwnSessions);
    // A server that cannot be reached has lost the session, too, or will.
    await later.run(psql(entry, entry.name, `cleanup ${id}`, input)).catch(() => undefined);
  });
  await sink.from(dumpCommand(entry, id, source));
  done = true;
  return makeMeta(entry, source);
}
