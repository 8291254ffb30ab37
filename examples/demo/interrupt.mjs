/** Exit statuses as a shell gives them to what a signal ended. */
const statuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** The signals that end the demo in good order. */
const signals = /** @type {(keyof typeof statuses)[]} */ (Object.keys(statuses));

/**
 * Turns signals to this process into the abortion of what it does, so that it ends in good order. A second one, as npm
 * passes on besides the terminal's own, changes nothing.
 *
 * @returns {{ signal: AbortSignal, status: () => number | undefined }} the exit status that is due, once there was a signal
 */
export function onInterrupt() {
  const controller = new AbortController();
  /** @type {number | undefined} */
  let status;
  for (const name of signals) {
    process.on(name, () => {
      status ??= statuses[name];
      controller.abort(new Error(`interrupted by ${name}`));
    });
  }
  // npm that gets a SIGTERM alone ends without passing it on.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    status ??= 1;
    controller.abort(new Error('interrupted since the caller has ended'));
  }, 500);
  watch.unref();
  // Whoever read the output has gone: `npm run demo | head`.
  process.stdout.on('error', (error) => {
    status ??= 1;
    controller.abort(error);
  });
  return { signal: controller.signal, status: () => status };
}
