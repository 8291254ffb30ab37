/** At most ten events a second for each database; this many milliseconds lie between two readings. */
const intervalMs = 200;

export interface Watch {
  /** A counter that only grows; undefined where it cannot be read. */
  readonly read: () => number | undefined | Promise<number | undefined>;
  readonly onGrowth?: (count: number) => void;
  /** After so many milliseconds without growth `onStall` is called, once; 0: never. A counter that cannot be read never stalls. */
  readonly stallTimeoutMs?: number;
  readonly onStall?: () => void;
}

/**
 * Reads a counter now and then. Never keeps the host alive.
 * @returns a function that stops it
 */
export function watch({ read, onGrowth, stallTimeoutMs = 0, onStall }: Watch): () => void {
  let last = 0;
  let grewAt = performance.now();
  let reading = false;
  const look = async () => {
    if (reading) return;
    reading = true;
    const count = await read();
    reading = false;
    if (count === undefined || count > last) {
      grewAt = performance.now();
      if (count !== undefined && !stopped) onGrowth?.(count);
      last = count ?? last;
    } else if (stallTimeoutMs > 0 && performance.now() - grewAt >= stallTimeoutMs && !stopped) {
      stop();
      onStall?.();
    }
  };
  let stopped = false;
  const stop = () => {
    stopped = true;
    clearInterval(timer);
  };
  const timer = setInterval(() => void look(), stallTimeoutMs > 0 ? Math.min(intervalMs, stallTimeoutMs) : intervalMs);
  timer.unref();
  return stop;
}
