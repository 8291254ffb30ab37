import { setTimeout as wait } from 'node:timers/promises';

/** The promise's outcome, or the signal's reason as soon as it is aborted. */
export async function rejectedBy<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  let reject: () => void = () => {};
  const aborted = new Promise<never>((_, fail) => {
    reject = () => fail(signal.reason);
    if (signal.aborted) reject();
    signal.addEventListener('abort', reject, { once: true });
  });
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    signal.removeEventListener('abort', reject);
  }
}

/**
 * Rejects with the signal's reason if it is aborted within so many milliseconds. A plain timer: nobody holds on to an
 * `AbortSignal.timeout`, and once collected it never fires.
 */
export async function rejectedWithin(signal: AbortSignal, ms: number): Promise<void> {
  const known = new AbortController();
  try {
    await rejectedBy(signal, wait(ms, undefined, { signal: known.signal }));
  } finally {
    known.abort(); // the timer would keep the host alive
  }
}
