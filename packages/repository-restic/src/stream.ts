import {
  BackupError,
  type ItemReader,
  itemOfChildren,
  type RepositoryContext,
  type StartWriting,
} from '@dumpstream/core';
import { graceMs, type ResticCommand, type ResticTarget } from './command.ts';
import { resticError } from './explain.ts';
import { startRestic } from './start.ts';

/**
 * What these print, one after the other.
 * @throws BackupError REPOSITORY_FAILED where there is none of them
 */
export async function streamOf(
  target: ResticTarget,
  commands: readonly ResticCommand[],
  ifNone: string,
  context: RepositoryContext,
): Promise<ItemReader> {
  const { path: repository } = target.repository;
  const [first, ...others] = commands.map(
    (command): StartWriting =>
      (stdout) =>
        startRestic(command, { stdout }),
  );
  if (first === undefined) throw new BackupError('REPOSITORY_FAILED', ifNone, { repository });
  return itemOfChildren(context, [first, ...others], (exit) => resticError('dump', repository, exit), graceMs);
}
