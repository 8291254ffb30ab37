import { BackupError } from '../errors.ts';
import { isAtOrBelow } from '../place.ts';
import type { RepositoryContext } from '../repository.ts';
import { type BorgTarget, listEntriesCommand } from './command.ts';
import { parseEntries } from './parse.ts';
import { runBorg } from './run.ts';

export interface ExpectedItem {
  readonly path: string;
  readonly type: 'file' | 'directory';
}

/**
 * The size of each item in an archive, in bytes; of a directory, that of all its files.
 * @throws BackupError REPOSITORY_FAILED when one of them is not there, or not whole
 */
export async function measureArchive(
  target: BorgTarget,
  name: string,
  items: readonly ExpectedItem[],
  context: RepositoryContext,
): Promise<ReadonlyMap<string, number>> {
  const entries = parseEntries(await runBorg(target, listEntriesCommand(target, name), context));
  return new Map(
    items.map(({ path, type }) => {
      const found = entries.filter((entry) => isAtOrBelow(entry.path, path));
      const isThere = found.some((entry) => entry.path === path && entry.type === type);
      if (!isThere || !found.every(({ whole }) => whole)) {
        throw new BackupError('REPOSITORY_FAILED', `${path} is not whole in the archive ${name}`, {
          repository: target.repository.path,
        });
      }
      return [path, found.reduce((sum, { bytes }) => sum + bytes, 0)];
    }),
  );
}
