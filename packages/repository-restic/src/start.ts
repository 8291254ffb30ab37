import { setTimeout as wait } from 'node:timers/promises';
import { type Child, type ChildOptions, type Exit, type Pipe, startChild } from '@dumpstream/core';
import { endSignal, graceMs, type ResticCommand } from './command.ts';
import { isOpeningAgain, isRefused } from './explain.ts';

export type StartOptions = Pick<ChildOptions, 'stdin' | 'stdout' | 'cwd' | 'signal' | 'onOutput' | 'onLine'>;

/**
 * Of two that begin at the same moment, one may find the lock of the other in a list and try to load it when it has gone: restic 0.14
 * then stands still for 45 seconds of trying again. Nothing else has been read by then.
 */
const stumbling = /^Load\(<lock\/.* returned error, retrying/;

/** A lock that can never be loaded is not to keep us busy for ever. */
const maxStarts = 6;

/** Within some 15 seconds, as restic before 0.17 does; later ones try for 15 minutes to open a repository. */
const maxOpenings = 5;

/**
 * Starts a restic. One that stumbles over a lock is ended, and another one started in its place; one that cannot open the repository is
 * ended. Its standard input has to stay open here until it has exited, so that no writer takes the one for the end of the other.
 * @throws BackupError COMMAND_MISSING; the reason of `signal`
 */
export async function startRestic(command: ResticCommand, options: StartOptions): Promise<Child> {
  let starts = 0;
  let openings = 0;
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
        if (hasStumbled || isEnding) return;
        hasStumbled = !isLast && stumbling.test(line);
        const isHopeless = isOpeningAgain(line) && (isRefused(line) || ++openings === maxOpenings);
        if (hasStumbled || isHopeless) void starting.then((child) => child.end(graceMs));
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

/** restic 0.18 ends only when it has something to read, or nothing any more; those before it end at once. */
const unblockMs = 100;

/** Ends a restic that reads from that pipe, whose end it sees only after it has been told not to go on. */
export async function endReading(child: Pick<Child, 'end'>, pipe: Pipe): Promise<void> {
  const known = new AbortController();
  const ended = child.end(graceMs).finally(() => known.abort());
  await wait(unblockMs, undefined, { signal: known.signal }).catch(() => {});
  pipe.closeWriteEnd();
  await ended;
  pipe.close();
}
