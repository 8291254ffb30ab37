import type { DumpSink, HookContext, Meta } from '@dumpstream/core';
import type { Checked } from './check.ts';
import { dump as dumpCommand, psql } from './commands.ts';
import { applicationName } from './connection.ts';
import type { DumpJob } from './entry.ts';
import { newId } from './id.ts';
import { makeMeta } from './meta.ts';
import { parallelJobs } from './parallel-jobs.ts';
import { programFor } from './programs.ts';
import { endOwnSessions } from './sql/leftovers.ts';
import { script } from './sql/script.ts';

/**
 * Dumps one database. A dump that failed leaves no session: pg_dump's may be waiting for a lock, and holds those it
 * has.
 */
export async function dump(job: DumpJob, checked: Checked, sink: DumpSink, context: HookContext): Promise<Meta> {
  const { entry } = job;
  const { source, client } = checked;
  const id = newId();
  let done = false;
  context.defer(async (later) => {
    if (done) return;
    try {
      const input = script({ application: applicationName(id) }, endOwnSessions);
      await later.run(psql(await programFor(later, 'psql', entry), entry, entry.name, `cleanup ${id}`, input));
    } catch {
      // A server that cannot be reached has lost the sessions, too, or will.
    }
  });
  if (entry.format === 'directory') {
    await sink.directory((path) => {
      const directory = { path, jobs: parallelJobs() };
      return context.run(dumpCommand(client.program, entry, id, source, directory));
    });
  } else {
    await sink.from(dumpCommand(client.program, entry, id, source));
  }
  done = true;
  return makeMeta(entry, source, client.version);
}
