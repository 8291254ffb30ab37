import { type Call, elapsed, inCall } from './call.ts';
import type { Config } from './config/config.ts';
import { type BackupError, serialise, withDetails } from './errors.ts';
import type { Verb } from './events.ts';
import type { UpkeepOptions } from './options.ts';
import type { UpkeepReport, UpkeepResult, UpkeptRepository } from './report.ts';
import { openRepositories } from './repositories.ts';
import type { Repository } from './repository.ts';

/** What a verb does with one repository. It tells of it as soon as it is known, for the report of a call that fails. */
export type Work<R> = (repository: Repository, record: (known: Partial<R>) => void) => Promise<void>;

/**
 * Works on the configured repositories, or the one that is chosen, one after the other. One that fails does not keep the next from
 * its turn.
 *
 * @param unknown what a report says of a repository before anything is known of it
 * @param begin called once, before the first; what it throws fails the call
 * @throws BackupError the first failure, with the report
 */
export async function inEachRepository<R extends UpkeptRepository>(
  config: Config,
  verb: Verb,
  options: UpkeepOptions,
  unknown: Omit<R, keyof UpkeepResult>,
  begin: (call: Call) => Work<R>,
): Promise<UpkeepReport<R>> {
  const startedAt = new Date().toISOString();
  const nothing = { repositories: [], warnings: [], startedAt, durationMs: 0 };
  return inCall(config, { ...options, verb }, async (call) => {
    const began = performance.now();
    const repositories = openRepositories(config, options.repository);
    const work = begin(call);
    const results = new Map(
      repositories.map(({ path }) => [path, { ...unknown, repository: path, status: 'skipped' } as R]),
    );
    const failures: BackupError[] = [];
    for (const repository of repositories) {
      if (call.signal.aborted) break;
      const { path } = repository;
      const record = (known: Partial<R>) => void results.set(path, { ...(results.get(path) as R), ...known });
      try {
        await work(repository, record);
      } catch (thrown) {
        const error = withDetails(call.error(thrown, 'REPOSITORY_FAILED'), { repository: path });
        record({ status: 'failed', error: serialise(error) } as Partial<R>);
        failures.push(error);
      }
    }
    const report = {
      repositories: [...results.values()],
      warnings: [...call.warnings],
      startedAt: call.startedAt.toISOString(),
      durationMs: elapsed(began),
    };
    if (call.signal.aborted) failures.push(call.error(call.signal.reason, 'ABORTED'));
    if (failures[0] !== undefined) throw withDetails(failures[0], { report });
    return report;
  }).catch((error: BackupError) => {
    throw withDetails(error, { report: nothing });
  });
}
