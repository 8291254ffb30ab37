import { BackupError, type CheckResult, type DumpSource, type HookContext } from '@dumpstream/core';
import { clusterFilter } from './cluster-filter.ts';
import { psql } from './commands.ts';
import { applicationName, maintenanceDatabases } from './connection.ts';
import type { LoadJob } from './entry.ts';
import { newId } from './id.ts';
import { loadCluster } from './load-commands.ts';
import { loadOptions } from './load-options.ts';
import { refuseObstacles } from './obstacles.ts';
import { probeTargets } from './probe.ts';
import { programFor } from './programs.ts';
import { endOwnSessions } from './sql/leftovers.ts';
import { script } from './sql/script.ts';

/** What pg_dumpall writes: roles, tablespaces and all databases as one script, which other tools make. */
export const clusterFormat = 'cluster';

/** Whether such a script can be run: it replaces the databases one by one where they are, and cannot do so beside them. */
export async function checkCluster(job: LoadJob, context: HookContext): Promise<CheckResult> {
  const { entry, strategy } = job;
  if (strategy !== 'in-place') {
    throw new BackupError(
      'RESTORE_FAILED',
      'the dump is one script of a whole server, and replaces its databases in place',
      {
        hint: 'restore it with the strategy in-place, or take its bytes from extract() and run them by psql by hand',
      },
    );
  }
  loadOptions(entry, 'plain');
  const server = await probeTargets({ ...job, strategy: 'swap' }, context);
  if (!server.superuser) {
    throw new BackupError(
      'PERMISSION_MISSING',
      `the role '${server.user}' may not replace all databases of the server`,
      {
        hint: 'connect as a superuser',
      },
    );
  }
  for (const [database, { obstacles }] of Object.entries(server.databases)) {
    // The script drops what it makes, and that is all that can be done with these.
    const { 'interrupted drops': _, ...others } = obstacles;
    refuseObstacles(database, others);
  }
  return {};
}

/** Each database is dropped and made anew in its turn: a failure leaves those before it new, and those after it old. */
export async function restoreCluster(job: LoadJob, source: DumpSource, context: HookContext): Promise<void> {
  const { entry, endSessions } = job;
  const id = newId();
  const program = await programFor(context, 'psql', entry);
  const { serverMajor, database: first } = await probeTargets({ ...job, strategy: 'swap' }, context);
  let done = false;
  context.defer(async (later) => {
    if (done) return;
    const input = script({ application: applicationName(id) }, endOwnSessions);
    // The script may just have dropped either of them.
    for (const database of maintenanceDatabases()) {
      const ended = later.run(psql(program, entry, database, `cleanup ${id}`, input));
      if (await ended.then(() => true).catch(() => false)) return;
    }
  });
  const filter = clusterFilter(endSessions, serverMajor);
  await source.into(filter, loadCluster(program, entry, first, id));
  done = true;
}
