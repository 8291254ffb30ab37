import { availableParallelism } from 'node:os';

/** How many small databases are worked on at once: some of them wait, for a client to start or for the server's disk. */
export function limitForSmall(): number {
  return availableParallelism() + 2;
}

/**
 * Works on items side by side, at most `limit` (the processors there are) at once. After a failure no further one is
 * begun, those under way are waited for, and the first failure is thrown.
 * @returns the results in the items' order
 */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number | undefined,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) {
      if (failures.length > 0) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const workers = Math.max(1, Math.min(limit ?? availableParallelism(), items.length));
  await Promise.all(Array.from({ length: workers }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
