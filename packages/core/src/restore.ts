import { type OpenArchive, openArchive, refIn } from './archives.ts';
import { type Call, elapsed, inCall } from './call.ts';
import type { Config } from './config/config.ts';
import { BackupError, serialise, withDetails } from './errors.ts';
import { inParallel } from './in-parallel.ts';
import { type DatabaseJob, describe, inJob } from './job.ts';
import type { ManifestDatabase } from './manifest.ts';
import type { RestoreOptions } from './options.ts';
import { placeOf } from './place.ts';
import { check } from './prepare.ts';
import type { DatabaseResult, RestoreReport } from './report.ts';
import { openRepository } from './repositories.ts';
import { select } from './select.ts';
import { Source } from './source.ts';

/** One dump of the archive on its way to its database. */
interface RestoreTask extends DatabaseJob {
  readonly meta: ManifestDatabase['meta'];
  readonly strategy: 'swap' | 'in-place';
  readonly endSessions: boolean;
  readonly archivedBytes: number;
}

/**
 * Restores the databases of an archive, all or those chosen. When one fails, the others are still restored.
 *
 * @param options `archive`: name, id or `latest`
 * @returns what was restored; only when every chosen database was
 * @throws BackupError with the report so far in `report`: ARCHIVE_NOT_FOUND, ARCHIVE_INCOMPLETE, DATABASE_NOT_FOUND,
 *   DATABASE_AMBIGUOUS, REPOSITORY_AMBIGUOUS, HOOK_MISSING, and what a hook checks, before anything is touched;
 *   RESTORE_FAILED, REPOSITORY_FAILED, CONNECTION_FAILED; ABORTED
 */
export async function restore(config: Config, options: RestoreOptions): Promise<RestoreReport> {
  return inCall(config, { ...options, verb: 'restore' }, (call) => new Restore(call, config, options).run());
}

class Restore {
  readonly #call: Call;
  readonly #config: Config;
  readonly #options: RestoreOptions;
  readonly #began = performance.now();
  readonly #results = new Map<RestoreTask, DatabaseResult>();
  #repository = '';
  #archive = '';

  constructor(call: Call, config: Config, options: RestoreOptions) {
    this.#call = call;
    this.#config = config;
    this.#options = options;
  }

  async run(): Promise<RestoreReport> {
    const call = this.#call;
    try {
      const { archive, tasks } = await call.phase('prepare', () => this.#prepare());
      if (this.#options.dryRun === true) return this.#report();
      const failures = await call.phase('transfer', () => this.#transfer(archive, tasks));
      if (failures[0] !== undefined) throw failures[0];
      return this.#report();
    } catch (thrown) {
      throw withDetails(call.error(thrown, 'RESTORE_FAILED'), {
        report: this.#report(),
        ...(this.#repository === '' ? {} : { repository: this.#repository }),
      });
    }
  }

  async #prepare(): Promise<{ archive: OpenArchive; tasks: readonly RestoreTask[] }> {
    const repository = openRepository(this.#config, this.#options.repository);
    this.#repository = repository.path;
    const context = this.#call.repositoryContext('archive');
    const archive = await openArchive(repository, this.#options.archive, context);
    this.#archive = archive.stored.name;
    const chosen = select(
      archive.manifest.databases.filter(({ status }) => status === 'ok'),
      this.#options.databases,
    );
    const sizes = await this.#sizes(archive, chosen);
    const tasks = chosen.map((database) => this.#task(database, sizes.get(database.path) ?? 0));
    for (const task of tasks) this.#set(task, 'skipped');
    await inParallel(tasks, this.#options.concurrency, (task) => check(this.#call, task, 'RESTORE_FAILED'));
    return { archive, tasks };
  }

  /** Every chosen dump is in the archive, and no part of it is known to be lost. */
  async #sizes(archive: OpenArchive, chosen: readonly ManifestDatabase[]): Promise<ReadonlyMap<string, number>> {
    const entries = new Map((await archive.reader.entries()).map((entry) => [entry.path, entry]));
    for (const database of chosen) {
      const entry = entries.get(database.path);
      if (entry?.whole === true && entry.type === 'file') continue;
      throw new BackupError(
        'ARCHIVE_INCOMPLETE',
        `the dump of ${describe(refIn(database))} is ${entry === undefined ? 'missing from' : 'damaged in'} the archive ${archive.stored.name}`,
        { database: refIn(database), hint: 'choose another archive, and run `borg check` on the repository' },
      );
    }
    return new Map([...entries].map(([path, { bytes }]) => [path, bytes]));
  }

  #task(database: ManifestDatabase, archivedBytes: number): RestoreTask {
    const hook = this.#config.hooks.find(({ name }) => name === database.hook);
    if (hook === undefined) {
      throw new BackupError('HOOK_MISSING', `no hook for ${database.hook} was given`, {
        database: refIn(database),
        hint: 'pass the hook in `hooks` of loadConfig or parseConfig',
      });
    }
    const { hostname, port, username, label, name, kind } = database;
    const archived = { hostname, port, username, label };
    const known = Object.fromEntries(Object.entries(archived).filter(([, value]) => value !== undefined));
    const configured = this.#config.databases.find(
      ({ hook: { name: section }, entry }) =>
        section === database.hook &&
        (entry.name === name || entry.name === 'all') &&
        placeOf(entry) === placeOf(database),
    );
    return {
      hook,
      item: { name, kind },
      entry: { ...known, ...configured?.entry, name },
      ref: refIn(database),
      path: database.path,
      meta: database.meta,
      strategy: this.#options.strategy ?? 'swap',
      endSessions: this.#options.endSessions ?? true,
      archivedBytes,
    };
  }

  async #transfer(archive: OpenArchive, tasks: readonly RestoreTask[]): Promise<readonly BackupError[]> {
    const failures: BackupError[] = [];
    for (const task of tasks) {
      this.#call.signal.throwIfAborted();
      const failure = await this.#restore(archive, task);
      if (failure !== undefined) failures.push(failure);
    }
    return failures;
  }

  async #restore(archive: OpenArchive, task: RestoreTask): Promise<BackupError | undefined> {
    const { emit } = this.#call;
    const about = { database: task.ref, repository: this.#repository };
    const started = performance.now();
    let bytes = 0;
    emit({ type: 'database-start', ...about, expectedBytes: task.archivedBytes });
    try {
      await inJob(this.#call, task.hook, task.ref, 'RESTORE_FAILED', async (context) => {
        const source = new Source(archive.reader, task.path, context, (seen) => {
          bytes = seen;
          emit({ type: 'database-progress', ...about, bytes, expectedBytes: task.archivedBytes });
        });
        try {
          await task.hook.restore(task, source, context);
        } finally {
          await source.close();
        }
        if (!source.whole) {
          throw new BackupError(
            'RESTORE_FAILED',
            `the hook for ${describe(task.ref)} did not read the dump to its end`,
            {
              hint: 'restore() must call one method of its source, and await it',
            },
          );
        }
      });
      const durationMs = elapsed(started);
      this.#set(task, 'ok', { durationMs, bytes: task.archivedBytes });
      emit({ type: 'database-end', ...about, status: 'ok', bytes: task.archivedBytes, durationMs });
      return undefined;
    } catch (thrown) {
      const error = withDetails(this.#call.error(thrown, 'RESTORE_FAILED'), { database: task.ref });
      const durationMs = elapsed(started);
      this.#set(task, 'failed', { durationMs, bytes, error: serialise(error) });
      emit({ type: 'database-end', ...about, status: 'failed', bytes, durationMs, error: serialise(error) });
      return error;
    }
  }

  #set(task: RestoreTask, status: DatabaseResult['status'], more: Partial<DatabaseResult> = {}): void {
    this.#results.set(task, { ...task.ref, format: task.meta.format, bytes: 0, durationMs: 0, ...more, status });
  }

  #report(): RestoreReport {
    return {
      repository: this.#repository,
      archive: this.#archive,
      databases: [...this.#results.values()],
      warnings: [...this.#call.warnings],
      startedAt: this.#call.startedAt.toISOString(),
      durationMs: elapsed(this.#began),
    };
  }
}
