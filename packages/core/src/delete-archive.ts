import { type Call, elapsed, inCall } from './call.ts';
import { parseComment } from './comment.ts';
import type { Config } from './config/config.ts';
import { BackupError, withDetails } from './errors.ts';
import type { DeleteOptions } from './options.ts';
import type { DeleteReport } from './report.ts';
import { openRepository } from './repositories.ts';
import type { Repository, RepositoryContext, StoredArchive } from './repository.ts';

/**
 * Removes the one archive that is named, whatever is in it and whoever made it; the newest complete one, too, and then with a warning.
 * The archive of `source_directories` of the same run has a name of its own.
 *
 * @param options `archive`: name or id, but not `latest`; `repository`: which one, where several are configured
 * @throws BackupError `ARCHIVE_NOT_FOUND`, `REPOSITORY_AMBIGUOUS`, `REPOSITORY_MISSING`, `REPOSITORY_LOCKED`, `REPOSITORY_FAILED`,
 *   `PASSPHRASE_WRONG`, `COMMAND_MISSING`, `ABORTED`; with a report of what was found and done so far
 */
export async function deleteArchive(config: Config, options: DeleteOptions): Promise<DeleteReport> {
  const startedAt = new Date().toISOString();
  const nothing = { repository: '', archive: '', id: '', warnings: [], startedAt, durationMs: 0 };
  return inCall(config, { ...options, verb: 'deleteArchive' }, (call) => run(call, config, options)).catch(
    (error: BackupError) => {
      throw withDetails(error, { report: nothing });
    },
  );
}

async function run(call: Call, config: Config, options: DeleteOptions): Promise<DeleteReport> {
  const began = performance.now();
  const startedAt = call.startedAt.toISOString();
  let known = { repository: '', archive: '', id: '' };
  const report = () => ({ ...known, warnings: [...call.warnings], startedAt, durationMs: elapsed(began) });
  try {
    const repository = openRepository(config, options.repository);
    const { path } = repository;
    known = { ...known, repository: path };
    const context = call.repositoryContext('delete');
    const { stored, others } = await call.phase('prepare', () => find(repository, options.archive, context), path);
    known = { ...known, archive: stored.name, id: stored.id };
    await call.phase('remove', () => repository.remove([stored], context), path);
    if (isGood(stored) && !others.some(isGood)) call.warn(`${path} holds no complete archive any more`);
    if (options.compact === true) {
      known = { ...known, ...(await call.phase('compact', () => repository.compact(context), path)) };
    }
    return report();
  } catch (thrown) {
    const repository = known.repository === '' ? undefined : known.repository;
    throw withDetails(call.error(thrown, 'REPOSITORY_FAILED'), { repository, report: report() });
  }
}

async function find(
  repository: Repository,
  archive: string,
  context: RepositoryContext,
): Promise<{ readonly stored: StoredArchive; readonly others: readonly StoredArchive[] }> {
  const all = await repository.list(context);
  const stored = all.find(({ name }) => name === archive) ?? all.find(({ id }) => id === archive);
  if (stored !== undefined) return { stored, others: all.filter((other) => other !== stored) };
  throw new BackupError('ARCHIVE_NOT_FOUND', `${repository.path} holds no archive ${archive}`, {
    repository: repository.path,
    hint: 'listArchives() tells the names; it takes the whole name, or the whole id',
  });
}

/** By its own word: it holds databases. */
function isGood({ comment }: StoredArchive): boolean {
  const known = parseComment(comment);
  return known !== undefined && known.databases?.length !== 0;
}
