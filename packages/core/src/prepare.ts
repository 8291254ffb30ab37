import type { Call } from './call.ts';
import type { Config, ConfiguredDatabase } from './config/config.ts';
import { withoutRestoreKeys } from './config/restore-keys.ts';
import { BackupError, type ErrorCode, withDetails } from './errors.ts';
import type { DatabaseHook, Item, RestoreJob } from './hook.ts';
import { inParallel } from './in-parallel.ts';
import { type DatabaseJob, describe, inJob, refOf } from './job.ts';
import { canBeNamed } from './manifest.ts';
import type { BackupOptions } from './options.ts';
import { itemPath } from './place.ts';

export interface PreparedJob extends DatabaseJob {
  readonly expectedBytes?: number;
}

/** A database that could not even be looked at. */
export interface Unprepared {
  readonly job: DatabaseJob;
  readonly error: BackupError;
}

export interface Prepared {
  readonly jobs: readonly PreparedJob[];
  /** Empty unless failures are to be passed over. */
  readonly failed: readonly Unprepared[];
}

/**
 * Finds out what is to be dumped, and has each hook check that it can be. Changes nothing.
 * @param passOver whether a database that fails is set aside, rather than the first of them thrown
 */
export async function prepareBackup(
  call: Call,
  config: Config,
  options: BackupOptions,
  passOver: boolean,
): Promise<Prepared> {
  const failed: Unprepared[] = [];
  const setAside = (job: DatabaseJob, thrown: unknown) => {
    const error = withDetails(call.error(thrown, 'DUMP_FAILED'), { database: job.ref });
    if (!passOver || error.code === 'ABORTED') throw error;
    failed.push({ job, error });
  };
  const jobs: DatabaseJob[] = [];
  for (const { hook, entry: configured } of config.databases) {
    const entry = withoutRestoreKeys(configured);
    const jobFor = (item: Item): DatabaseJob => ({
      hook,
      item,
      entry: { ...entry, name: item.name },
      ref: refOf(hook, entry, item),
      path: itemPath(hook.name, entry, item),
    });
    try {
      jobs.push(...(await itemsOf(call, hook, entry)).map(jobFor));
    } catch (thrown) {
      setAside(jobFor({ name: entry.name, kind: 'database' }), thrown);
    }
  }
  for (const job of [...jobs, ...failed.map((each) => each.job)]) refuseUnnameable(job);
  refuseDoubles(jobs);
  const prepared = await inParallel(jobs, options.concurrency, async (job): Promise<PreparedJob[]> => {
    try {
      return [{ ...job, ...(await check(call, job, 'DUMP_FAILED')) }];
    } catch (thrown) {
      setAside(job, thrown);
      return [];
    }
  });
  return { jobs: prepared.flat(), failed };
}

/** An archive whose manifest cannot be read could never be restored: types do not hold for hooks in JavaScript. */
function refuseUnnameable({ ref, path, entry }: DatabaseJob): void {
  const { username } = entry as { username?: unknown };
  if (canBeNamed({ ...ref, path, ...(typeof username === 'string' ? { username } : {}) })) return;
  throw new BackupError('DUMP_FAILED', `no manifest can name ${JSON.stringify(ref)}, of the hook ${ref.hook}`, {
    hint: 'items of list() need `name` and `kind` (database or globals); of an entry, `hostname` and `label` are text, and `port` is 1 to 65535',
  });
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
