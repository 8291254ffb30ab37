/** So many bytes, of dumps that were begun before, a dump waits for at most: a server does not wait for long. */
const soonBytes = 16 * 1024 * 1024;

/**
 * Works on jobs in order, at most `limit` at once. Where each has to wait for those ahead of it, one is begun only if these are
 * known to be done soon. After a failure none is begun, those under way are waited for, and the first failure is thrown.
 */
export async function withLookAhead<J extends { readonly expectedBytes?: number }>(
  jobs: readonly J[],
  { limit, sideBySide }: { readonly limit: number; readonly sideBySide: boolean },
  work: (job: J) => Promise<void>,
): Promise<void> {
  const running = new Map<J, Promise<void>>();
  const failures: unknown[] = [];
  const mayBegin = () => {
    const ahead = [...running.keys()].map(({ expectedBytes = Number.POSITIVE_INFINITY }) => expectedBytes);
    return running.size < limit && (sideBySide || ahead.reduce((sum, bytes) => sum + bytes, 0) <= soonBytes);
  };
  for (const job of jobs) {
    while (!mayBegin()) await Promise.race(running.values());
    if (failures.length > 0) break;
    const done = work(job)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(job));
    running.set(job, done);
  }
  await Promise.all(running.values());
  if (failures.length > 0) throw failures[0];
}
