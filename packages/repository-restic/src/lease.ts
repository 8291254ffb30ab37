import { type BackupError, type Child, Pipe, type RepositoryContext } from '@dumpstream/core';
import { leaseCommand, type ResticTarget } from './command.ts';
import { resticError } from './explain.ts';
import { whenUnlocked } from './run.ts';
import { endReading, startRestic } from './start.ts';
import { tagsOf } from './tags.ts';

/**
 * A restic that waits for a stream which never comes. It holds a lock, and refreshes it every five minutes, so that between two snapshots
 * of a run nobody takes its first ones for what is left of a dead one. Ended by us it stores nothing; should it come to the end of the
 * stream, when the host has died, what it stores is left over like any item.
 */
export class Lease {
  readonly #child: Child;
  readonly #pipe: Pipe;
  #released: Promise<void> | undefined;

  private constructor(child: Child, pipe: Pipe) {
    this.#child = child;
    this.#pipe = pipe;
  }

  /**
   * Resolves when the lock is there: the repository is one, and it can be opened and written to.
   * @param onLost called once, if it ends before it is released
   */
  static take(
    target: ResticTarget,
    run: string,
    { directory, signal }: RepositoryContext,
    onLost: (error: BackupError) => void,
  ): Promise<Lease> {
    return whenUnlocked(target, signal, async () => {
      const pipe = await Pipe.make(directory, signal);
      let child: Child | undefined;
      try {
        const started = await start(target, run, pipe, signal);
        child = started.child;
        const lost = child.exited.then((exit) => resticError('backup', target.repository.path, exit));
        const error = await Promise.race([started.locked, lost, reasonOf(signal)]);
        signal.throwIfAborted();
        if (error !== undefined) throw error;
        const lease = new Lease(child, pipe);
        void lost.then((failure) => {
          if (lease.#released === undefined) onLost(failure);
        });
        return lease;
      } catch (error) {
        if (child !== undefined) await endReading(child, pipe);
        pipe.close();
        throw error;
      }
    });
  }

  /** May be called more than once. */
  release(): Promise<void> {
    this.#released ??= endReading(this.#child, this.#pipe);
    return this.#released;
  }
}

/** restic says what it does next: with a lock it goes on to the index. */
async function start(target: ResticTarget, run: string, pipe: Pipe, signal: AbortSignal) {
  let hasLock = () => {};
  const locked = new Promise<undefined>((resolve) => {
    hasLock = () => resolve(undefined);
  });
  const child = await startRestic(leaseCommand(target, tagsOf({ kind: 'item', run, path: 'lease' })), {
    stdin: pipe.readEnd,
    signal,
    onOutput: (line) => {
      if (/^(?:load index|start backup)/.test(line)) hasLock();
    },
  });
  return { child, locked };
}

/** Resolves when the call is given up. */
function reasonOf(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    signal.addEventListener('abort', () => resolve(signal.reason), { once: true });
  });
}
