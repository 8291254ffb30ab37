import { setTimeout as wait } from 'node:timers/promises';
import { BackupError, type Exit, exitOf, type RepositoryContext } from '@dumpstream/core';
import type { ResticCommand, ResticTarget } from './command.ts';
import { resticError } from './explain.ts';
import { startRestic } from './start.ts';

interface RunOptions {
  readonly cwd?: string;
  readonly stdout?: 'ignore';
  /** Whether the end is a good one; without it, exit status 0 alone is. */
  readonly accept?: (exit: Exit) => boolean;
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a restic command to its end; an abort ends it.
 * @returns its standard output
 * @throws BackupError by what restic said
 */
export async function runRestic(
  target: ResticTarget,
  command: ResticCommand,
  { signal }: Pick<RepositoryContext, 'signal'>,
  { accept = ({ code }) => code === 0, ...options }: RunOptions = {},
): Promise<string> {
  return whenUnlocked(target, signal, async () => {
    signal.throwIfAborted();
    const exit = await exitOf(await startRestic(command, { ...options, signal }), signal);
    if (accept(exit)) return exit.stdout;
    throw resticError(command.args[0] as string, target.repository.path, exit);
  });
}

const againMs = 500;

/** Tries again for as long as the configuration has us wait for a lock. restic before 0.16 does not wait by itself. */
export async function whenUnlocked<T>(
  { settings }: ResticTarget,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + (settings.lock_wait ?? 1) * 1000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isLocked = error instanceof BackupError && error.code === 'REPOSITORY_LOCKED';
      if (!isLocked || performance.now() > deadline) throw error;
      await wait(againMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
