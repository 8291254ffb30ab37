import type { Config } from './config/config.ts';
import type { UpkeepOptions } from './options.ts';
import type { CompactedRepository, CompactReport } from './report.ts';
import { inEachRepository } from './upkeep.ts';

/**
 * Gives back the space of archives that were removed, and of backups that were interrupted, in the configured repositories or the one
 * that is chosen.
 *
 * @returns how much it was, for each repository
 * @throws BackupError with the report in `report`: `REPOSITORY_MISSING`, `REPOSITORY_LOCKED`, `REPOSITORY_FAILED`, `PASSPHRASE_WRONG` of
 *   a repository; `COMMAND_MISSING`; `ABORTED`
 */
export async function compact(config: Config, options: UpkeepOptions = {}): Promise<CompactReport> {
  return inEachRepository<CompactedRepository>(config, 'compact', options, {}, (call) => async (repository, record) => {
    const context = call.repositoryContext('compact');
    const stats = await call.phase('compact', () => repository.compact(context), repository.path);
    record({ ...stats, status: 'ok' });
  });
}
