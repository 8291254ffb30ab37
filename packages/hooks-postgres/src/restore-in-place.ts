import type { DumpSource, HookContext } from '@dumpstream/core';
import { analyze, psql } from './commands.ts';
import { applicationName } from './connection.ts';
import { newId } from './id.ts';
import { type Loading, replaceContent } from './load.ts';
import { type Obstacles, refuseObstacles } from './obstacles.ts';
import { answerOf } from './probe.ts';
import { programFor } from './programs.ts';
import { prepareInPlace } from './sql/in-place.ts';
import { endOwnSessions } from './sql/leftovers.ts';
import { script } from './sql/script.ts';

/**
 * Replaces the content of the database itself, in one transaction, for accounts that may not create another one. Its
 * limits: pg_restore commits when it has read what it needs, so the archive has to be known to be whole before; objects
 * that are not in a dump stay, unless it is a plain one; and many thousand tables need a higher
 * `max_locks_per_transaction`.
 */
export async function restoreInPlace(
  restoration: Omit<Loading, 'id'>,
  source: DumpSource,
  context: HookContext,
): Promise<void> {
  const { job, maintenance } = restoration;
  const { entry, endSessions } = job;
  const id = newId();
  const client = await programFor(context, 'psql', entry);
  let done = false;
  context.defer(async (later) => {
    if (done) return;
    const input = script({ application: applicationName(id) }, endOwnSessions);
    await later.run(psql(client, entry, maintenance, `cleanup ${id}`, input)).catch(() => undefined);
  });
  const variables = { live: entry.name, in_place: true, end_sessions: endSessions };
  const answer = answerOf<{ readonly obstacles?: Obstacles }>(
    await context.run(psql(client, entry, maintenance, id, script(variables, prepareInPlace))),
  );
  refuseObstacles(entry.name, answer.obstacles ?? {});
  await replaceContent({ ...restoration, id }, source, context);
  if (entry.analyze_options !== undefined) await context.run(analyze(client, entry, entry.name, id));
  done = true;
}
