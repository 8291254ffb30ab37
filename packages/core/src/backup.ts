import { hostname } from 'node:os';
import { archiveName, defaultFormat } from './archive-name.ts';
import { Around, type Placeholders, SoftEnd } from './around.ts';
import { type Call, elapsed, inCall } from './call.ts';
import { formatComment } from './comment.ts';
import type { Config } from './config/config.ts';
import { type Dumped, dumpDatabase } from './dump.ts';
import { BackupError, serialise, withDetails } from './errors.ts';
import { FanOut, type Target } from './fan-out.ts';
import type { DatabaseJob } from './job.ts';
import { type Manifest, manifestPath } from './manifest.ts';
import type { BackupOptions } from './options.ts';
import { configurationPath } from './place.ts';
import { type PreparedJob, prepareBackup } from './prepare.ts';
import type { BackupReport, DatabaseResult, RepositoryResult } from './report.ts';
import { openRepositories } from './repositories.ts';
import type { FilesPlan, Repository, StoredArchiveStats } from './repository.ts';
import { planFiles } from './source-files.ts';
import { version } from './version.ts';

/**
 * Dumps every configured database into a new archive of every repository.
 *
 * @param config from `loadConfig` or `parseConfig`
 * @returns what was stored; only when every dump is whole, in every repository
 * @throws BackupError with the report so far in `report`. `CONFIG_INVALID` without a database; `CONNECTION_FAILED`,
 *   `PERMISSION_MISSING`, `VERSION_UNSUPPORTED`, `COMMAND_MISSING`, `DUMP_FAILED` of a database; `REPOSITORY_MISSING`,
 *   `REPOSITORY_LOCKED`, `REPOSITORY_FAILED`, `PASSPHRASE_WRONG` of a repository; `RUN_DIRECTORY_UNSAFE`; `ABORTED`.
 */
export async function backup(config: Config, options: BackupOptions = {}): Promise<BackupReport> {
  if (config.databases.length === 0) {
    throw new BackupError('CONFIG_INVALID', `${config.file?.path ?? '(configuration)'}: no database is configured`, {
      hint: 'add a section such as postgresql_databases with at least one entry',
    });
  }
  return inCall(config, { ...options, verb: 'backup' }, (call) => new Backup(call, config, options).run());
}

class Backup {
  readonly #call: Call;
  readonly #config: Config;
  readonly #options: BackupOptions;
  readonly #began = performance.now();
  readonly #databases = new Map<DatabaseJob, DatabaseResult>();
  readonly #repositories = new Map<string, RepositoryResult>();

  constructor(call: Call, config: Config, options: BackupOptions) {
    this.#call = call;
    this.#config = config;
    this.#options = options;
  }

  async run(): Promise<BackupReport> {
    const call = this.#call;
    const around = new Around(call, this.#config, this.#options, 'backup');
    let placeholders: Placeholders = { repository: '', archive: '' };
    try {
      const repositories = openRepositories(this.#config, this.#options.repository);
      const name = archiveName(this.#config.settings.archive_name_format ?? defaultFormat, call.startedAt);
      placeholders = { repository: repositories.map(({ path }) => path).join(' '), archive: name };
      for (const { path } of repositories) this.#setRepository({ repository: path, archive: name });
      await around.before(placeholders);
      await this.#write(repositories, name);
      const report = this.#report();
      await around.after(placeholders, report);
      return report;
    } catch (thrown) {
      if (thrown instanceof SoftEnd) {
        call.warn(thrown.message);
        return this.#report();
      }
      const error = withDetails(call.error(thrown, 'DUMP_FAILED'), { report: this.#report() });
      await around.onError(placeholders, error);
      throw error;
    }
  }

  async #write(repositories: readonly Repository[], name: string): Promise<void> {
    const call = this.#call;
    const { jobs, files } = await call.phase('prepare', async () => ({
      jobs: await prepareBackup(call, this.#config, this.#options),
      files: await planFiles(this.#config, name),
    }));
    for (const job of jobs) this.#setDatabase(job, 'skipped');
    if (this.#options.dryRun === true) return;

    const configuration = this.#configuration();
    const plan = {
      name,
      comment: formatComment(jobs.map(({ ref }) => ref)),
      paths: [...jobs.map(({ path }) => path), ...(configuration === undefined ? [] : [configuration.path])],
      manifestPath,
    };
    const targets = await Promise.all(
      repositories.map(async (repository, index): Promise<Target> => {
        const writer = await repository.write(plan, call.repositoryContext(`repository-${index}`));
        return { repository: repository.path, archive: name, writer };
      }),
    );
    await this.#transfer(jobs, configuration, new FanOut(targets, call.repositoryContext('relay')));
    if (files !== undefined) await this.#writeFiles(repositories, files);
  }

  /** The file as it stands, so that with the archive alone everything is at hand. */
  #configuration(): { path: string; text: string } | undefined {
    const { file, settings } = this.#config;
    if (file === undefined || settings.store_config_files === false) return undefined;
    return { path: configurationPath(file.path), text: file.text };
  }

  /** Every repository is tried; the first failure is thrown. */
  async #writeFiles(repositories: readonly Repository[], plan: FilesPlan): Promise<void> {
    const failures: BackupError[] = [];
    for (const repository of repositories) {
      const { path } = repository;
      try {
        await this.#call.phase('files', () => repository.writeFiles(plan, this.#call.repositoryContext('files')), path);
        this.#setRepository({ repository: path, filesArchive: plan.name });
      } catch (thrown) {
        const error = withDetails(this.#call.error(thrown, 'REPOSITORY_FAILED'), { repository: path });
        this.#failRepository(path, error);
        failures.push(error);
      }
    }
    if (failures[0] !== undefined) throw failures[0];
  }

  async #transfer(
    jobs: readonly PreparedJob[],
    configuration: { path: string; text: string } | undefined,
    archives: FanOut,
  ): Promise<void> {
    const call = this.#call;
    const abandon = () => void this.#abandon(archives);
    call.signal.addEventListener('abort', abandon, { once: true });
    try {
      const dumps = await call.phase('transfer', async () => {
        const done = new Map<DatabaseJob, Dumped>();
        for (const job of jobs) done.set(job, await this.#dump(job, archives));
        if (configuration !== undefined) await archives.text(configuration.path, configuration.text);
        return done;
      });
      await call.phase('commit', () => this.#commit(dumps, archives));
    } catch (thrown) {
      const error = call.error(thrown, 'DUMP_FAILED');
      await this.#abandon(archives);
      for (const { repository } of archives.targets) {
        if (this.#repositories.get(repository)?.status === 'skipped') this.#failRepository(repository, error);
      }
      throw error;
    } finally {
      call.signal.removeEventListener('abort', abandon);
    }
    const failed = archives.targets.filter(({ writer }) => writer.failed.aborted);
    for (const { repository, writer } of failed) {
      await this.#abandonOne(writer);
      this.#failRepository(repository, writer.failed.reason as BackupError);
    }
    if (failed[0] !== undefined) throw failed[0].writer.failed.reason;
  }

  async #dump(job: PreparedJob, archives: FanOut): Promise<Dumped> {
    const { emit } = this.#call;
    const about = {
      database: job.ref,
      repository: archives.good()[0]?.repository ?? '',
      ...(job.expectedBytes === undefined ? {} : { expectedBytes: job.expectedBytes }),
    };
    const started = performance.now();
    let seen = 0;
    emit({ type: 'database-start', ...about });
    const end = { type: 'database-end', database: about.database, repository: about.repository } as const;
    try {
      const dumped = await dumpDatabase(this.#call, job, archives, (bytes) => {
        seen = bytes;
        emit({ type: 'database-progress', ...about, bytes });
      });
      this.#setDatabase(job, 'ok', { format: dumped.meta.format, durationMs: dumped.durationMs, bytes: seen });
      emit({ ...end, status: 'ok', bytes: seen, durationMs: dumped.durationMs });
      return dumped;
    } catch (thrown) {
      const error = withDetails(this.#call.error(thrown, 'DUMP_FAILED'), { database: job.ref });
      const durationMs = elapsed(started);
      this.#setDatabase(job, 'failed', { durationMs, bytes: seen, error: serialise(error) });
      emit({ ...end, status: 'failed', bytes: seen, durationMs, error: serialise(error) });
      throw error;
    }
  }

  async #commit(dumps: ReadonlyMap<DatabaseJob, Dumped>, archives: FanOut): Promise<void> {
    const manifest = JSON.stringify(this.#manifest(dumps), null, 2);
    const outcomes = await Promise.allSettled(
      archives.good().map(async ({ repository, writer }) => {
        try {
          const stats = await writer.commit(manifest);
          const { originalBytes, deduplicatedBytes } = stats;
          this.#setRepository({ repository, originalBytes, deduplicatedBytes, status: 'ok' });
          return stats;
        } catch (thrown) {
          await this.#abandonOne(writer);
          this.#failRepository(repository, this.#call.error(thrown, 'REPOSITORY_FAILED'));
          throw thrown;
        }
      }),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    const stats = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    if (stats[0] !== undefined) this.#setBytes(stats[0]);
    if (failed !== undefined) throw failed.reason;
  }

  #manifest(dumps: ReadonlyMap<DatabaseJob, Dumped>): Manifest {
    return {
      dumpstream: 1,
      version,
      host: hostname(),
      startedAt: this.#call.startedAt.toISOString(),
      finishedAt: new Date().toISOString(),
      databases: [...dumps].map(([{ ref, path, entry }, { meta }]) => ({
        ...ref,
        ...(typeof entry.username === 'string' ? { username: entry.username } : {}),
        status: 'ok',
        path,
        meta,
      })),
    };
  }

  /** No archive of this run appears, whatever went wrong before. */
  async #abandon(archives: FanOut): Promise<void> {
    await Promise.all(archives.targets.map(({ writer }) => this.#abandonOne(writer)));
  }

  async #abandonOne(writer: Target['writer']): Promise<void> {
    await writer.abort().catch((error: unknown) => {
      this.#call.warn(`an archive that must not be used may remain: ${(error as Error).message}`);
    });
  }

  #setDatabase(job: DatabaseJob, status: DatabaseResult['status'], more: Partial<DatabaseResult> = {}): void {
    this.#databases.set(job, { ...job.ref, format: '', bytes: 0, durationMs: 0, ...more, status });
  }

  #setBytes(stats: StoredArchiveStats): void {
    for (const [job, result] of this.#databases) {
      this.#databases.set(job, { ...result, bytes: stats.bytes.get(job.path) ?? result.bytes });
    }
  }

  #setRepository(result: Partial<RepositoryResult> & { repository: string }): void {
    const unknown = { archive: '', status: 'skipped', originalBytes: 0, deduplicatedBytes: 0 } as const;
    this.#repositories.set(result.repository, { ...unknown, ...this.#repositories.get(result.repository), ...result });
  }

  #failRepository(repository: string, error: BackupError): void {
    this.#setRepository({ repository, status: 'failed', error: serialise(error) });
  }

  #report(): BackupReport {
    return {
      databases: [...this.#databases.values()],
      repositories: [...this.#repositories.values()],
      warnings: [...this.#call.warnings],
      startedAt: this.#call.startedAt.toISOString(),
      durationMs: elapsed(this.#began),
    };
  }
}
