import type { BackupRecord } from './backup-record.ts';
import { type Call, elapsed } from './call.ts';
import { formatComment } from './comment.ts';
import { type Dumped, dumpDatabase } from './dump.ts';
import { type BackupError, serialise, withDetails } from './errors.ts';
import type { FanOut, Target } from './fan-out.ts';
import type { Limits } from './limits.ts';
import { formatManifest } from './manifest-of.ts';
import type { PreparedJob, Unprepared } from './prepare.ts';

export interface TransferPlan {
  readonly jobs: readonly PreparedJob[];
  /** Already failed: named in the manifest. */
  readonly failed: readonly Unprepared[];
  readonly configuration: { readonly path: string; readonly text: string } | undefined;
  /** Whether the other databases are archived when a dump fails. */
  readonly passOver: boolean;
  readonly limits: Limits;
}

/**
 * Dumps the databases one after the other into the archives, and commits those.
 * Afterwards each archive is committed, or does not exist.
 * @returns what failed on the way and was passed over: dumps, and some of the repositories
 */
export async function transfer(
  call: Call,
  record: BackupRecord,
  plan: TransferPlan,
  archives: FanOut,
): Promise<readonly BackupError[]> {
  const abandon = () => void abandonAll(call, archives.targets);
  call.signal.addEventListener('abort', abandon, { once: true });
  try {
    const { dumps, failures } = await call.phase('transfer', () => dumpAll(call, record, plan, archives));
    const [first] = failures;
    if (first !== undefined && dumps.size === 0) throw first;
    const manifest = formatManifest(call, dumps, failed(plan, dumps));
    const comment = formatComment([...dumps.keys()].map(({ ref }) => ref));
    await call.phase('commit', () => commit(call, record, { manifest, comment }, archives));
    const broken = archives.targets.filter(({ writer }) => writer.failed.aborted);
    for (const { repository, writer } of broken) {
      await abandonOne(call, writer);
      if (record.isOpen(repository)) record.failRepository(repository, writer.failed.reason as BackupError);
    }
    return [...failures, ...broken.map(({ writer }) => writer.failed.reason as BackupError)];
  } catch (thrown) {
    const error = call.error(thrown, 'DUMP_FAILED');
    await abandonAll(call, archives.targets);
    for (const { repository } of archives.targets) {
      if (record.isOpen(repository)) record.failRepository(repository, error);
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
  { jobs, configuration, passOver, limits }: TransferPlan,
  archives: FanOut,
): Promise<{ dumps: Dumps; failures: readonly BackupError[] }> {
  const dumps = new Map<PreparedJob, Dumped>();
  const failures: BackupError[] = [];
  for (const job of jobs) {
    try {
      dumps.set(job, await dumpOne(call, record, job, archives, limits));
    } catch (thrown) {
      if (!passOver || call.signal.aborted || archives.failed.aborted) throw thrown;
      failures.push(thrown as BackupError);
      await archives.discard(job.path);
    }
  }
  if (configuration !== undefined) await archives.text(configuration.path, configuration.text);
  return { dumps, failures };
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
    const error = withDetails(call.error(thrown, 'DUMP_FAILED'), { database: job.ref });
    const result = { bytes: seen, durationMs: elapsed(started), error: serialise(error) };
    record.database(job, 'failed', result);
    emit({ type: 'database-end', ...about, ...result, status: 'failed' });
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
    archives.good().map(async ({ repository, writer }) => {
      try {
        const { bytes, ...stats } = await writer.commit(manifest, comment);
        record.repository(repository, { ...stats, status: 'ok' });
        record.sizes(bytes);
        committed++;
      } catch (thrown) {
        await abandonOne(call, writer);
        const error = withDetails(call.error(thrown, 'REPOSITORY_FAILED'), { repository });
        record.failRepository(repository, error);
        failures.push(error);
      }
    }),
  );
  if (failures.length > 0) throw failures[0];
  if (committed === 0) archives.failed.throwIfAborted();
}

async function abandonAll(call: Call, targets: readonly Target[]): Promise<void> {
  await Promise.all(targets.map(({ writer }) => abandonOne(call, writer)));
}

/** No archive of this run appears there, whatever went wrong before. */
async function abandonOne(call: Call, writer: Target['writer']): Promise<void> {
  await writer.abort().catch((error: unknown) => {
    call.warn(`an archive that must not be used may remain: ${(error as Error).message}`);
  });
}
