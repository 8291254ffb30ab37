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
