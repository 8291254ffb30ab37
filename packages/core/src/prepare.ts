import type { Call } from './call.ts';
import type { Config, ConfiguredDatabase } from './config/config.ts';
import { BackupError, type ErrorCode } from './errors.ts';
import type { DatabaseHook, Item, RestoreJob } from './hook.ts';
import { inParallel } from './in-parallel.ts';
import { type DatabaseJob, describe, inJob, refOf } from './job.ts';
import type { BackupOptions } from './options.ts';
import { itemPath } from './place.ts';

export interface PreparedJob extends DatabaseJob {
  readonly expectedBytes?: number;
}

/** Finds out what is to be dumped, and has each hook check that it can be. Changes nothing. */
export async function prepareBackup(call: Call, config: Config, options: BackupOptions): Promise<PreparedJob[]> {
  const jobs: DatabaseJob[] = [];
  for (const { hook, entry } of config.databases) {
    for (const item of await itemsOf(call, hook, entry)) {
      jobs.push({
        hook,
        item,
        entry: { ...entry, name: item.name },
        ref: refOf(hook, entry, item),
        path: itemPath(hook.name, entry, item),
      });
    }
  }
  refuseDoubles(jobs);
  return inParallel(jobs, options.concurrency, async (job) => ({ ...job, ...(await check(call, job, 'DUMP_FAILED')) }));
}

/** Has the hook look at what a job needs; its warnings become the call's. */
export async function check(
  call: Call,
  job: DatabaseJob & Partial<Pick<RestoreJob, 'meta' | 'strategy' | 'endSessions'>>,
  fallback: ErrorCode,
): Promise<{ expectedBytes?: number }> {
  const { hook, ref } = job;
  const result = await inJob(call, hook, ref, fallback, async (context) => hook.check?.(job, context));
  for (const warning of result?.warnings ?? []) call.warn(warning, ref);
  return result?.expectedBytes === undefined ? {} : { expectedBytes: result.expectedBytes };
}

async function itemsOf(call: Call, hook: DatabaseHook, entry: ConfiguredDatabase['entry']): Promise<readonly Item[]> {
  const { list } = hook;
  if (entry.name !== 'all' || list === undefined) return [{ name: entry.name, kind: 'database' }];
  return inJob(call, hook, undefined, 'DUMP_FAILED', (context) => list.call(hook, entry, context));
}

/** `all` can bring what another entry names. */
function refuseDoubles(jobs: readonly DatabaseJob[]): void {
  const seen = new Map<string, DatabaseJob>();
  for (const job of jobs) {
    if (seen.has(job.path)) {
      throw new BackupError('CONFIG_INVALID', `${describe(job.ref)} is configured twice, by its name and by \`all\``, {
        hint: 'remove one entry, or give one of them a label',
        database: job.ref,
      });
    }
    seen.set(job.path, job);
  }
}
