import { type OpenArchive, openArchive } from './archives.ts';
import { Around, type Placeholders, SoftEnd } from './around.ts';
import { type Call, elapsed, inCall } from './call.ts';
import type { Config } from './config/config.ts';
import { BackupError, serialise, withDetails } from './errors.ts';
import { inParallel, limitForSmall } from './in-parallel.ts';
import { describe, inJob } from './job.ts';
import { limitsOf, refuseUnfit } from './limits.ts';
import type { RestoreOptions } from './options.ts';
import { check } from './prepare.ts';
import type { DatabaseResult, RestoreReport } from './report.ts';
import { openRepository } from './repositories.ts';
import { type RestoreTask, restoreTasks } from './restore-tasks.ts';
import { isSmall, type SmallItemsReader, withSmallItemsTogether } from './small-items.ts';
import { Source } from './source.ts';

/**
 * Restores the databases of an archive, all or those chosen. When one fails, the others are still restored.
 *
 * @param options `archive`: name, id or `latest`
 * @returns what was restored; only when every chosen database was
 * @throws BackupError with the report so far in `report`: CONFIG_INVALID for an option that means nothing, ARCHIVE_NOT_FOUND,
 *   ARCHIVE_INCOMPLETE, DATABASE_NOT_FOUND, DATABASE_AMBIGUOUS, REPOSITORY_AMBIGUOUS, HOOK_MISSING, and what a hook checks, before
 *   anything is touched;
 *   RESTORE_FAILED, REPOSITORY_FAILED, CONNECTION_FAILED; ABORTED
 */
export async function restore(config: Config, options: RestoreOptions): Promise<RestoreReport> {
  const secrets = options.to?.password === undefined ? [] : [options.to.password];
  const startedAt = new Date().toISOString();
  const nothing = { repository: '', archive: '', databases: [], warnings: [], startedAt, durationMs: 0 };
  return inCall(config, { ...options, verb: 'restore', secrets }, (call) =>
    new Restore(call, config, options).run(),
  ).catch((error: BackupError) => {
    throw withDetails(error, { report: nothing });
  });
}

const isGlobals = ({ item }: RestoreTask) => item.kind === 'globals';

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
    refuseUnfit(this.#options);
    const call = this.#call;
    const around = new Around(call, this.#config, this.#options, 'restore');
    try {
      this.#repository = openRepository(this.#config, this.#options.repository).path;
      await around.before(this.#placeholders());
      const { archive, tasks } = await call.phase('prepare', () => this.#prepare());
      if (this.#options.dryRun === true) return this.#report();
      const failures = await call.phase('transfer', () => this.#transfer(archive, tasks));
      if (failures[0] !== undefined) throw failures[0];
      const report = this.#report();
      await around.after(this.#placeholders(), report);
      return report;
    } catch (thrown) {
      if (thrown instanceof SoftEnd) {
        call.warn(thrown.message);
        return this.#report();
      }
      const error = withDetails(
        call.error(thrown, 'RESTORE_FAILED'),
        this.#repository === '' ? {} : { repository: this.#repository },
      );
      await around.onError(this.#placeholders(), withDetails(error, { report: this.#report() }));
      throw withDetails(error, { report: this.#report() }); // with what onError has added to the warnings
    }
  }

  #placeholders(): Placeholders {
    return { repository: this.#repository, archive: this.#archive === '' ? this.#options.archive : this.#archive };
  }

  async #prepare(): Promise<{ archive: OpenArchive; tasks: readonly RestoreTask[] }> {
    const repository = openRepository(this.#config, this.#options.repository);
    const context = this.#call.repositoryContext('archive');
    const archive = await openArchive(repository, this.#options.archive, context);
    this.#archive = archive.stored.name;
    const tasks = await restoreTasks(this.#call, this.#config, archive, this.#options);
    for (const task of tasks) this.#set(task, 'skipped');
    await inParallel(tasks, this.#options.concurrency, (task) => check(this.#call, task, 'RESTORE_FAILED'));
    // What is loaded into a live database has to be known to be whole before; beside one, its end comes before the swap.
    const inPlace = tasks.filter(({ strategy }) => strategy === 'in-place').map(({ path }) => path);
    if (inPlace.length > 0) await archive.reader.verify(...inPlace);
    return { archive, tasks };
  }

  async #transfer(archive: OpenArchive, tasks: readonly RestoreTask[]): Promise<readonly BackupError[]> {
    const { stallTimeoutMs } = limitsOf(this.#config, this.#options);
    const context = this.#call.repositoryContext('small');
    const reader = await withSmallItemsTogether(archive.reader, tasks, context, stallTimeoutMs);
    const restore = async (task: RestoreTask) => {
      this.#call.signal.throwIfAborted();
      return this.#restore(reader, task);
    };
    // What belongs to no database is there before those that may need it.
    const [globals, databases] = [tasks.filter(isGlobals), tasks.filter((task) => !isGlobals(task))];
    const [small, large] = [databases.filter(isSmall), databases.filter((task) => !isSmall(task))];
    const { concurrency } = this.#options;
    const failures = [
      ...(await inParallel(globals, 1, restore)),
      ...(await inParallel(small, concurrency ?? limitForSmall(), restore)),
      ...(await inParallel(large, concurrency, restore)),
    ];
    return failures.filter((failure) => failure !== undefined);
  }

  async #restore(reader: SmallItemsReader, task: RestoreTask): Promise<BackupError | undefined> {
    const { emit } = this.#call;
    const about = { database: task.ref, repository: this.#repository };
    const started = performance.now();
    const limits = limitsOf(this.#config, this.#options);
    let bytes = 0;
    emit({ type: 'database-start', ...about, expectedBytes: task.bytes });
    try {
      await inJob(this.#call, task.hook, task.ref, 'RESTORE_FAILED', async (context) => {
        const source = new Source(reader, task, this.#call.directory, context, limits, (seen) => {
          bytes = seen;
          emit({ type: 'database-progress', ...about, bytes, expectedBytes: task.bytes });
        });
        await task.hook.restore(task, source, context);
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
      this.#set(task, 'ok', { durationMs, bytes: task.bytes });
      emit({ type: 'database-end', ...about, status: 'ok', bytes: task.bytes, durationMs });
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
