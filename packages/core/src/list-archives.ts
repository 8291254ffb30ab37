import { describeArchive } from './archives.ts';
import { inCall } from './call.ts';
import type { Config } from './config/config.ts';
import { BackupError } from './errors.ts';
import type { ListOptions } from './options.ts';
import type { Archive } from './report.ts';
import { openRepositories } from './repositories.ts';

/**
 * The archives of the configured repositories, or of the one that is chosen, with the databases in them. What an
 * interrupted run of Borg left (`NAME.checkpoint`) is no archive.
 *
 * @returns oldest first
 * @throws BackupError CONFIG_INVALID (a `last` that is no number of archives), REPOSITORY_MISSING, REPOSITORY_LOCKED,
 *   REPOSITORY_FAILED, PASSPHRASE_WRONG, COMMAND_MISSING, ABORTED
 */
export async function listArchives(config: Config, options: ListOptions = {}): Promise<Archive[]> {
  refuseOddNumber(options.last);
  return inCall(config, { ...options, name: 'listArchives' }, async (call) => {
    const archives: Archive[] = [];
    for (const repository of openRepositories(config, options.repository)) {
      const context = call.repositoryContext('list');
      for (const stored of await repository.list(context, options.last)) {
        archives.push(await describeArchive(repository, stored, context, options.verify));
      }
    }
    return archives.sort((a, b) => a.time.localeCompare(b.time));
  });
}

/** Engines would each make something else of it. */
function refuseOddNumber(last: number | undefined): void {
  if (last === undefined || (Number.isInteger(last) && last >= 1)) return;
  throw new BackupError('CONFIG_INVALID', `the last ${String(last)} archives cannot be listed`, {
    hint: '`last` is a whole number of archives, at least 1; leave it out to list all',
  });
}
