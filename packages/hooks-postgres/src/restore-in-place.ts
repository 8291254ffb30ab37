import type { DumpSource, HookContext } from '@dumpstream/core';
import { loadInPlace, psql, type ServerTraits } from './commands.ts';
import { applicationName, maintenanceDatabase } from './connection.ts';
import type { LoadJob } from './entry.ts';
import { newId } from './id.ts';
import { dumpFormat } from './meta.ts';
import { type Obstacles, refuseObstacles } from './obstacles.ts';
import { prepareInPlace } from './sql/in-place.ts';
import { endOwnSessions } from './sql/leftovers.ts';
import { script } from './sql/script.ts';

/**
 * Replaces the content of the database itself, in one transaction, for accounts that may not create another one. Its
 * limits: pg_restore commits when it has read what it needs, which may be before the archive was read to its end;
 * objects that are not in a custom or tar dump stay; and many thousand tables need a higher
 * `max_locks_per_transaction`.
 */
export async function restoreInPlace(
  job: LoadJob,
  traits: ServerTraits,
  source: DumpSource,
  context: HookContext,
): Promise<void> {
  const { entry, meta, endSessions } = job;
  const id = newId();
  const maintenance = maintenanceDatabase(entry.name);
  let done = false;
  context.defer(async (later) => {
    if (done) return;
    const input = script({ application: applicationName(id) }, endOwnSessions);
    await later.run(psql(entry, maintenance, `cleanup ${id}`, input)).catch(() => undefined);
  });
  const variables = { live: entry.name, in_place: true, end_sessions: endSessions };
  const answer = JSON.parse(await context.run(psql(entry, maintenance, id, script(variables, prepareInPlace)))) as {
    obstacles?: Obstacles;
  };
  refuseObstacles(entry.name, answer.obstacles ?? {});
  await source.into(loadInPlace(entry, dumpFormat(meta), id, traits));
  done = true;
}
