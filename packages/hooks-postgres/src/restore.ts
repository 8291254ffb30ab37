import type { DumpSource, HookContext } from '@dumpstream/core';
import { findLoader } from './check.ts';
import { clusterFormat, restoreCluster } from './cluster.ts';
import type { LoadJob } from './entry.ts';
import { probeBeside } from './probe.ts';
import { restoreBySwap } from './restore-by-swap.ts';
import { restoreInPlace } from './restore-in-place.ts';

/** A missing database is always made by the swap: a failed load then leaves it missing, not empty. */
export async function restore(job: LoadJob, source: DumpSource, context: HookContext): Promise<void> {
  if (job.meta.format === clusterFormat) return restoreCluster(job, source, context);
  const target = await probeBeside(job, context);
  const program = await findLoader(job, target);
  if (job.strategy === 'in-place' && target.exists) await restoreInPlace(job, program, target, source, context);
  else await restoreBySwap(job, program, target, source, context);
}
