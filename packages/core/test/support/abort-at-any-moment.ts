import { expect } from '@jest/globals';

/** The milliseconds that it takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export interface Rounds {
  readonly rounds: number;
  /** Milliseconds that one takes which nobody aborts. */
  readonly first: number;
  call(signal: AbortSignal): Promise<unknown>;
  /** Looks at what each has left. */
  after(): unknown;
}

/**
 * Makes a call again and again, aborted each time at another moment of the time that it takes: it rejects with ABORTED, or has succeeded.
 * @returns how many were aborted
 */
export async function abortAtAnyMoment({ rounds, first, call, after }: Rounds): Promise<number> {
  let whole = first;
  let aborted = 0;
  for (let round = 0; round < rounds; round++) {
    const reason = new Error('enough');
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(reason), (whole * (round + Math.random())) / rounds);
    try {
      const took = await timed(() => call(abort.signal));
      whole = Math.min(whole, took); // the first may have been slow
    } catch (error) {
      expect(error).toMatchObject({ code: 'ABORTED', cause: reason });
      aborted++;
    }
    clearTimeout(timer);
    await after();
  }
  return aborted;
}
