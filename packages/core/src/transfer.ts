import type { BackupRecord } from './backup-record.ts';
import { type Call, elapsed } from './call.ts';
import { formatComment } from './comment.ts';
import { type Dumped, dumpDatabase } from './dump.ts';
import { type BackupError, serialise, withDetails } from './errors.ts';
import type { FanOut } from './fan-out.ts';
import type { Limits } from './limits.ts';
import { withLookAhead } from './look-ahead.ts';
import { formatManifest } from './manifest-of.ts';
import type { PreparedJob, Unprepared } from './prepare.ts';

export interface TransferPlan {
  readonly jobs: readonly PreparedJob[];
  /** Already failed: named in the manifest. */
  readonly failed: readonly Unprepared[];
  readonly configuration: { readonly path: string; readonly text: string } | undefined;
  /** Whether the other databases are archived when a dump fails. */
  readonly passOver: boolean;
  /** How many dumps may be under way at once. */
  readonly concurrency: number;
  readonly limits: Limits;
}

/**
 * Dumps the databases in their order into the archives, and commits those.
 * Afterwards each archive is committed, or does not exist.
 * @returns what failed on the way and was passed over: dumps, and some of the repositories
 */
export async function transfer(
  call: Call,
  record: BackupRecord,
  plan: TransferPlan,
  archives: FanOut,
): Promise<readonly BackupError[]> {
  const abandon = () => void archives.abandon(call.signal.reason);
  call.signal.addEventListener('abort', abandon, { once: true });
  try {
    archives.failed.throwIfAborted(); // none could be begun
    const { dumps, failures } = await call.phase('transfer', () => dumpAll(call, record, plan, archives));
    const [first] = failures;
    if (first !== undefined && dumps.size === 0) throw first;
    const manifest = formatManifest(call, dumps, failed(plan, dumps));
    const comment = formatComment([...dumps.keys()].map(({ ref }) => ref));
    await call.phase('commit', () => commit(call, record, { manifest, comment }, archives));
    const broken = archives.targets.filter(({ writer }) => writer.failed.aborted);
    for (const target of broken) await archives.abandonOne(target);
    const losses = broken.map(({ repository, writer }) => {
      const error = archives.failureOf(repository) ?? (writer.failed.reason as BackupError);
      if (record.isOpen(repository)) record.failRepository(repository, error);
      return error;
    });
    return [...failures, ...losses];
  } catch (thrown) {
    const error = call.error(thrown, 'DUMP_FAILED');
    await archives.abandon(error);
    for (const { repository } of archives.targets) {
      if (record.isOpen(repository)) record.failRepository(repository, archives.failureOf(repository) ?? error);
    }
    throw error;
  } finally {
    call.signal.removeEventListener('abort', abandon);
  }
}

type Dumps = ReadonlyMap<PreparedJob, Dumped>;

async function dumpAll(
  call: Call,
  record: BackupRecord,
  { jobs, configuration, passOver, concurrency, limits }: TransferPlan,
  archives: FanOut,
): Promise<{ dumps: Dumps; failures: readonly BackupError[] }> {
  const dumps = new Map<PreparedJob, Dumped>();
  const failures: BackupError[] = [];
  await withLookAhead(jobs, { limit: concurrency, sideBySide: archives.sideBySide }, async (job) => {
    try {
      dumps.set(job, await dumpOne(call, record, job, archives, limits));
    } catch (thrown) {
      if (!passOver || call.signal.aborted || archives.failed.aborted) {
        void archives.abandon(thrown); // waited for where the failure ends up
        throw thrown;
      }
      failures.push(thrown as BackupError);
      await archives.discard(job.path);
    }
  });
  const inOrder = jobs.flatMap((job) => {
    const dumped = dumps.get(job);
    return dumped === undefined ? [] : [[job, dumped] as const];
  });
  if (configuration !== undefined) await archives.text(configuration.path, configuration.text);
  return { dumps: new Map(inOrder), failures };
}

async function dumpOne(
  call: Call,
  record: BackupRecord,
  job: PreparedJob,
  archives: FanOut,
  limits: Limits,
): Promise<Dumped> {
  const { emit } = call;
  const about = { database: job.ref, repository: archives.good()[0]?.repository ?? '' };
  const expected = job.expectedBytes === undefined ? {} : { expectedBytes: job.expectedBytes };
  const started = performance.now();
  let seen = 0;
  emit({ type: 'database-start', ...about, ...expected });
  try {
    const dumped = await dumpDatabase(call, job, archives, limits, (bytes) => {
      seen = bytes;
      emit({ type: 'database-progress', ...about, ...expected, bytes });
    });
    const result = { bytes: seen, durationMs: dumped.durationMs };
    record.database(job, 'ok', { ...result, format: dumped.meta.format });
    emit({ type: 'database-end', ...about, ...result, status: 'ok' });
    return dumped;
  } catch (thrown) {
    const result = { bytes: seen, durationMs: elapsed(started) };
    if (archives.abandoned && !call.signal.aborted) {
      emit({ type: 'database-end', ...about, ...result, status: 'skipped' });
      throw thrown;
    }
    const error = withDetails(call.error(thrown, 'DUMP_FAILED'), { database: job.ref });
    record.database(job, 'failed', { ...result, error: serialise(error) });
    emit({ type: 'database-end', ...about, ...result, status: 'failed', error: serialise(error) });
    throw error;
  }
}

function failed({ jobs, failed: unprepared }: TransferPlan, dumps: Dumps) {
  return [...unprepared.map(({ job }) => job), ...jobs.filter((job) => !dumps.has(job))];
}

/** Every good archive is tried; afterwards each is committed, or does not exist and its writer has failed. */
async function commit(
  call: Call,
  record: BackupRecord,
  { manifest, comment }: { readonly manifest: string; readonly comment: string },
  archives: FanOut,
): Promise<void> {
  const failures: unknown[] = [];
  let committed = 0;
  await Promise.all(
    archives.good().map(async (target) => {
      const { repository, writer } = target;
      try {
        const { bytes, ...stats } = await writer.commit(manifest, comment);
        record.repository(repository, { ...stats, status: 'ok' });
        record.sizes(bytes);
        committed++;
      } catch (thrown) {
        await archives.abandonOne(target);
        const error = withDetails(call.error(thrown, 'REPOSITORY_FAILED'), { repository });
        record.failRepository(repository, error);
        failures.push(error);
      }
    }),
  );
  if (failures.length > 0) throw failures[0];
  if (committed === 0) archives.failed.throwIfAborted();
}
