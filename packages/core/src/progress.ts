/** At most ten events a second for each database; this many milliseconds lie between two readings. */
const intervalMs = 200;

/**
 * Reads a counter now and then, and tells when it has grown. Never keeps the host alive.
 * @returns a function that stops it
 */
export function sample(read: () => number | undefined, onChange: (bytes: number) => void): () => void {
  let last = 0;
  const timer = setInterval(() => {
    const bytes = read();
    if (bytes === undefined || bytes <= last) return;
    last = bytes;
    onChange(bytes);
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
