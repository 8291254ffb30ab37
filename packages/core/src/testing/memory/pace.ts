import { setTimeout as wait } from 'node:timers/promises';

/** How slow a repository is: after so many bytes of an item it rests for so many milliseconds. */
export interface Pace {
  readonly bytes: number;
  readonly everyMs: number;
}

/** @returns a function that is told of bytes, and resolves when the next may come */
export function paced(pace: Pace | undefined): (bytes: number) => Promise<void> {
  let since = 0;
  return async (bytes) => {
    since += bytes;
    if (pace === undefined || since < pace.bytes) return;
    since = 0;
    await wait(pace.everyMs);
  };
}
