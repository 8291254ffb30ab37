import type { DumpSource, HookContext } from '@dumpstream/core';
import { comeAlive } from './come-alive.ts';
import { analyze, psql } from './commands.ts';
import { applicationName } from './connection.ts';
import type { LoadJob } from './entry.ts';
import { newId } from './id.ts';
import { ignoresOwners, type Loading, loadInto } from './load.ts';
import { type Obstacles, refuseObstacles } from './obstacles.ts';
import { answerOf } from './probe.ts';
import { programFor } from './programs.ts';
import { asideName, scratchName } from './sql/leftovers.ts';
import { script } from './sql/script.ts';
import { cleanUp, isLive, prepare, swap } from './sql/swap.ts';

interface Prepared {
  readonly obstacles?: Obstacles;
  readonly oid: string;
  /** Roles and so on that the manifest names and the server does not have. */
  readonly missing: readonly string[];
}

interface Swapped {
  readonly obstacles?: Obstacles;
  readonly kept: readonly string[] | null;
}

/**
 * Loads the dump into a new database beside the live one, and gives it the live one's place when all of it has
 * succeeded and the archive was read whole.
 */
export async function restoreBySwap(
  restoration: Omit<Loading, 'id'>,
  source: DumpSource,
  context: HookContext,
): Promise<void> {
  const { job, maintenance } = restoration;
  const { entry } = job;
  const live = entry.name;
  const client = await programFor(context, 'psql', entry);
  const id = newId();
  const scratch = scratchName(id);
  const names = { id, live, scratch, aside: asideName(id), application: applicationName(id) };
  const request = { ...names, end_sessions: job.endSessions, in_place: false, manifest: manifestOf(job) };
  const command = (session: string, input?: string) => psql(client, entry, maintenance, session, input);

  const session = context.talk(command(id));
  await comeAlive(session, id);
  let done = false;
  context.defer(async (later) => {
    try {
      if (!done) await later.run(command(`cleanup ${id}`, script(request, cleanUp)));
    } catch (error) {
      later.warn(
        `the scratch database '${scratch}' may be left, until the next restore on that server removes it: ` +
          (error as Error).message,
      );
    }
  });
  const prepared = answerOf<Prepared>(await session.ask(script(request, prepare)));
  refuseObstacles(live, prepared.obstacles ?? {});
  for (const what of prepared.missing) {
    context.warn(`the server has no ${what}: the database '${live}' is created without what the archive says of it`);
  }

  await loadInto(scratch, { ...restoration, id }, source, context);
  if (entry.analyze_options !== undefined) await context.run(analyze(client, entry, scratch, id));

  try {
    const swapped = answerOf<Swapped>(await session.ask(swap));
    refuseObstacles(live, swapped.obstacles ?? {});
    for (const name of swapped.kept ?? []) {
      context.warn(`the old database is still there as '${name}': the next restore on that server removes it`);
    }
    done = true;
    await session.end();
  } catch (error) {
    // The answer can be lost after the commit: then the restore has succeeded, and only the old database is still to
    // be dropped.
    if (context.signal.aborted || !(await hasSwapped())) throw error;
  }

  async function hasSwapped(): Promise<boolean> {
    const input = script({ oid: prepared.oid, live, application: names.application }, isLive);
    return context.run(command(id, input)).then(
      (answer) => answer.trim() === 't',
      () => false,
    );
  }
}

/** What a missing database is made from. */
function manifestOf({ entry, meta }: LoadJob): string {
  return JSON.stringify({ ...meta, no_owner: String(ignoresOwners(entry, meta)) });
}
