import { seconds } from './format.mjs';

/**
 * Says what is done, does it, and says how long it took.
 *
 * @template T
 * @param {string} what
 * @param {AbortSignal} signal nothing more is begun once it is aborted
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, signal, work) {
  signal.throwIfAborted();
  const started = performance.now();
  // On a terminal the time goes onto the same line.
  if (process.stdout.isTTY) process.stdout.write(`${what} …`);
  const result = await work();
  const took = seconds(performance.now() - started);
  console.log(process.stdout.isTTY ? ` ${took}` : `${what}: ${took}`);
  return result;
}
