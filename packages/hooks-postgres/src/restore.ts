import type { DumpSource, HookContext } from '@dumpstream/core';
import { clusterFormat, restoreCluster } from './cluster.ts';
import type { LoadJob } from './entry.ts';
import { findLoader } from './load.ts';
import { maintenanceDatabase } from './maintenance.ts';
import { probeTarget } from './probe.ts';
import { restoreBySwap } from './restore-by-swap.ts';
import { restoreInPlace } from './restore-in-place.ts';

/** A missing database is always made by the swap: a failed load then leaves it missing, not empty. */
export async function restore(job: LoadJob, source: DumpSource, context: HookContext): Promise<void> {
  if (job.meta.format === clusterFormat) return restoreCluster(job, source, context);
  const target = await probeTarget(job, context);
  const restoration = {
    job,
    target,
    client: await findLoader(job, target, context),
    maintenance: await maintenanceDatabase(job.entry, target, context),
  };
  if (job.strategy === 'in-place' && target.present !== undefined) await restoreInPlace(restoration, source, context);
  else await restoreBySwap(restoration, source, context);
}
