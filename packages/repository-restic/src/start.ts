import { type Child, type ChildOptions, type Exit, startChild } from '@dumpstream/core';
import { endSignal, graceMs, type ResticCommand } from './command.ts';

export type StartOptions = Pick<ChildOptions, 'stdin' | 'stdout' | 'cwd' | 'signal' | 'onOutput' | 'onLine'>;

/**
 * Of two that begin at the same moment, one may find the lock of the other in a list and try to load it when it has gone: restic 0.14
 * then stands still for 45 seconds of trying again. Nothing else has been read by then.
 */
const stumbling = /^Load\(<lock\/.* returned error, retrying/;

/** A lock that can never be loaded is not to keep us busy for ever. */
const maxStarts = 6;

/**
 * Starts a restic; one that stumbles over a lock is ended, and another one started in its place. Its standard input has to stay open here
 * until it has exited, so that no writer takes the one for the end of the other.
 * @throws BackupError COMMAND_MISSING; the reason of `signal`
 */
export async function startRestic(command: ResticCommand, options: StartOptions): Promise<Child> {
  let starts = 0;
  let hasStumbled = false;
  let isEnding = false;
  const start = (): Promise<Child> => {
    const isLast = ++starts === maxStarts;
    hasStumbled = false;
    const starting = startChild(command, {
      ...options,
      secret: command.secret,
      endSignal,
      onLine: (line) => {
        options.onLine?.(line);
        if (isLast || hasStumbled || !stumbling.test(line)) return;
        hasStumbled = true;
        void starting.then((child) => child.end(graceMs));
      },
    });
    return starting;
  };
  let current = await start();
  const lastExit = async (): Promise<Exit> => {
    for (;;) {
      const exit = await current.exited;
      if (!hasStumbled || isEnding || exit.code === 0) return exit;
      const next = await start().catch(() => undefined); // the call is over
      if (next === undefined) return exit;
      current = next;
      if (isEnding) void current.end(graceMs);
    }
  };
  const exited = lastExit();
  return {
    get pid() {
      return current.pid;
    },
    exited,
    end: async (ms) => {
      isEnding = true;
      await current.end(ms);
      await exited;
    },
  };
}
