import type { DumpSource, HookContext } from '@dumpstream/core';
import type { LoadJob } from './entry.ts';
import { probeBeside } from './probe.ts';
import { restoreBySwap } from './restore-by-swap.ts';
import { restoreInPlace } from './restore-in-place.ts';

/** A missing database is always made by the swap: a failed load then leaves it missing, not empty. */
export async function restore(job: LoadJob, source: DumpSource, context: HookContext): Promise<void> {
  const target = job.strategy === 'in-place' ? await probeBeside(job, context) : undefined;
  if (target?.exists) await restoreInPlace(job, target, source, context);
  else await restoreBySwap(job, source, context);
}
