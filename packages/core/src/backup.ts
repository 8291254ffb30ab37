import { availableParallelism } from 'node:os';
import { archiveName, defaultFormat } from './archive-name.ts';
import { Around, type Placeholders, SoftEnd } from './around.ts';
import { BackupRecord } from './backup-record.ts';
import { type Call, inCall } from './call.ts';
import { formatComment } from './comment.ts';
import type { Config } from './config/config.ts';
import { BackupError, serialise, withDetails } from './errors.ts';
import { failedWriter } from './failed-writer.ts';
import { FanOut, type Target } from './fan-out.ts';
import { limitsOf, refuseUnfit } from './limits.ts';
import { manifestPath } from './manifest.ts';
import type { BackupOptions } from './options.ts';
import { configurationPath } from './place.ts';
import { type Prepared, prepareBackup } from './prepare.ts';
import type { BackupReport } from './report.ts';
import { openRepositories } from './repositories.ts';
import type { Repository } from './repository.ts';
import { planFiles, writeFiles } from './source-files.ts';
import { transfer } from './transfer.ts';

/**
 * Dumps every configured database into a new archive of every repository.
 *
 * @param config from `loadConfig` or `parseConfig`
 * @returns what was stored; only when every dump is whole, in every repository
 * @throws BackupError with the report so far in `report`. `CONFIG_INVALID` without a database, or for an option that means nothing;
 *   `CONNECTION_FAILED`, `PERMISSION_MISSING`, `VERSION_UNSUPPORTED`, `COMMAND_MISSING`, `DUMP_FAILED`, `STALLED` of a database; `REPOSITORY_MISSING`,
 *   `REPOSITORY_LOCKED`, `REPOSITORY_FAILED`, `PASSPHRASE_WRONG` of a repository; `COMMAND_HOOK_FAILED`;
 *   `RUN_DIRECTORY_UNSAFE`; `ABORTED`. A repository whose `status` in the report is `ok` has its archive all the same.
 */
export async function backup(config: Config, options: BackupOptions = {}): Promise<BackupReport> {
  const startedAt = new Date().toISOString();
  const nothing: BackupReport = { databases: [], repositories: [], warnings: [], startedAt, durationMs: 0 };
  return begin(config, options).catch((error: BackupError) => {
    throw withDetails(error, { report: nothing });
  });
}

async function begin(config: Config, options: BackupOptions): Promise<BackupReport> {
  refuseUnfit(options);
  if (config.databases.length === 0) {
    throw new BackupError('CONFIG_INVALID', `${config.file?.path ?? '(configuration)'}: no database is configured`, {
      hint: 'add a section such as postgresql_databases with at least one entry',
    });
  }
  return inCall(config, { ...options, verb: 'backup' }, (call) => run(call, config, options));
}

async function run(call: Call, config: Config, options: BackupOptions): Promise<BackupReport> {
  const record = new BackupRecord(call);
  const around = new Around(call, config, options, 'backup');
  let placeholders: Placeholders = { repository: '', archive: '' };
  try {
    const repositories = openRepositories(config, options.repository);
    const archive = archiveName(config.settings.archive_name_format ?? defaultFormat, call.startedAt);
    placeholders = { repository: repositories.map(({ path }) => path).join(' '), archive };
    for (const { path, label } of repositories) {
      record.repository(path, { archive, ...(label === undefined ? {} : { label }) });
    }
    await around.before(placeholders);
    await write(call, config, options, record, repositories, archive);
    const report = record.report();
    await around.after(placeholders, report);
    return report;
  } catch (thrown) {
    if (thrown instanceof SoftEnd) {
      call.warn(thrown.message);
      return record.report();
    }
    const error = call.error(thrown, 'DUMP_FAILED');
    await around.onError(placeholders, withDetails(error, { report: record.report() }));
    throw withDetails(error, { report: record.report() }); // with what onError has added to the warnings
  }
}

async function write(
  call: Call,
  config: Config,
  options: BackupOptions,
  record: BackupRecord,
  repositories: readonly Repository[],
  archive: string,
): Promise<void> {
  const passOver = (options.onDumpFailure ?? config.settings.on_dump_failure) === 'continue';
  const { jobs, failed, files } = await call.phase('prepare', async () => ({
    ...(await prepareBackup(call, config, options, passOver)),
    files: await planFiles(config, archive),
  }));
  for (const job of jobs) record.database(job, 'skipped');
  for (const { job, error } of failed) record.database(job, 'failed', { error: serialise(error) });
  const [unprepared] = failed;
  if (options.dryRun === true || jobs.length === 0) {
    if (unprepared !== undefined) throw unprepared.error;
    return;
  }
  const configuration = storedConfiguration(config);
  const archives = await openArchives(call, repositories, archive, { jobs, failed }, configuration?.path);
  const concurrency = options.concurrency ?? availableParallelism();
  const plan = { jobs, failed, configuration, passOver, concurrency, limits: limitsOf(config, options) };
  const failures = await transfer(call, record, plan, archives);
  // Without its dumps an archive of files would belong to nothing.
  const stored = repositories.filter(({ path }) => record.isStored(path));
  const fileFailures = files === undefined ? [] : await writeFiles(call, record, stored, files);
  const first = unprepared?.error ?? failures[0] ?? fileFailures[0];
  if (first !== undefined) throw first;
}

/** The file as it stands, so that with the archive alone everything is at hand. */
function storedConfiguration({ file, settings }: Config): { path: string; text: string } | undefined {
  if (file === undefined || settings.store_config_files === false) return undefined;
  return { path: configurationPath(file.path), text: file.text };
}

async function openArchives(
  call: Call,
  repositories: readonly Repository[],
  name: string,
  { jobs }: Prepared,
  configurationFile: string | undefined,
): Promise<FanOut> {
  const plan = {
    name,
    comment: formatComment(jobs.map(({ ref }) => ref)),
    paths: [...jobs.map(({ path }) => path), ...(configurationFile === undefined ? [] : [configurationFile])],
    manifestPath,
  };
  const targets = await Promise.all(
    repositories.map(async (repository, index): Promise<Target> => {
      const { path } = repository;
      const writer = await repository
        .write(plan, call.repositoryContext(`repository-${index}`))
        .catch((thrown: unknown) =>
          failedWriter(withDetails(call.error(thrown, 'REPOSITORY_FAILED'), { repository: path })),
        );
      return { repository: path, writer };
    }),
  );
  return new FanOut(targets, plan.paths, call.repositoryContext('relay'));
}
