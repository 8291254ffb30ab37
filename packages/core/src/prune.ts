import type { Config } from './config/config.ts';
import type { PruneOptions } from './options.ts';
import { type Planned, planPrune } from './prune-plan.ts';
import { seriesOf } from './prune-series.ts';
import type { PrunedRepository, PruneReport } from './report.ts';
import type { StoredArchive } from './repository.ts';
import { retentionOf } from './retention-options.ts';
import { inEachRepository } from './upkeep.ts';

/**
 * Removes the archives of this configuration that no rule keeps, from the configured repositories or the one that is chosen. An archive
 * that is not complete goes in any case, unless there is none that is; the newest complete one stays in any case. Archives of other
 * tools, other hosts and other configurations are left alone. Their space comes back with `compact`.
 *
 * @returns what went and what stayed, each with the reason, for each repository
 * @throws BackupError with the report in `report`: `CONFIG_INVALID` without a rule; `REPOSITORY_MISSING`, `REPOSITORY_LOCKED`,
 *   `REPOSITORY_FAILED`, `PASSPHRASE_WRONG` of a repository; `COMMAND_MISSING`; `ABORTED`
 */
export async function prune(config: Config, options: PruneOptions = {}): Promise<PruneReport> {
  return inEachRepository<PrunedRepository>(config, 'prune', options, { archives: [] }, (call) => {
    const retention = retentionOf(config, options);
    const isOutside = seriesOf(config, options.anyHost ?? false);
    return async (repository, record) => {
      const { path } = repository;
      const context = call.repositoryContext('prune');
      const plan = () => planPrune(repository, context, isOutside, retention, call.startedAt);
      const planned = await call.phase('prepare', plan, path);
      record({ archives: planned.map(({ archive }) => archive) });
      if (options.dryRun === true) return;
      const doomed = inOrder(planned.filter(({ archive }) => archive.action === 'remove'));
      await call.phase('remove', () => repository.remove(doomed, context), path);
      if (options.compact === true) record(await call.phase('compact', () => repository.compact(context), path));
      record({ status: 'ok' });
    };
  });
}

/** An engine may come to an end half-way: files before their dumps, which say whose they are, and then what is of no use. */
function inOrder(doomed: readonly Planned[]): readonly StoredArchive[] {
  const rank = ({ isFiles, archive }: Planned) => (isFiles ? 0 : archive.status === 'incomplete' ? 1 : 2);
  return doomed.toSorted((a, b) => rank(a) - rank(b)).map(({ stored }) => stored);
}
