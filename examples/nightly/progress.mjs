import cliProgress from 'cli-progress';

/** @import { DatabaseRef, Event } from '@dumpstream/core' */

/**
 * Shows a bar for each database on a terminal, and warnings anywhere.
 *
 * @param {boolean} onTerminal
 * @returns {{ onEvent: (event: Event) => void, stop: () => void }}
 */
export function showProgress(onTerminal) {
  return onTerminal ? bars() : { onEvent: warn, stop: () => {} };
}

/** @param {Event} event */
function warn(event) {
  if (event.type === 'warning') console.error(`warning: ${event.message}`);
}

function bars() {
  const all = new cliProgress.MultiBar({
    format: '{name} {bar} {percentage}% {status}',
    stream: process.stdout,
    hideCursor: true,
    // It would listen for signals itself.
    gracefulExit: false,
  });
  /** @type {Map<string, cliProgress.SingleBar>} */
  const byDatabase = new Map();
  // Several databases may have the same name.
  const bar = (/** @type {DatabaseRef} */ database) => byDatabase.get(JSON.stringify(database));
  return {
    /** @param {Event} event */
    onEvent(event) {
      if (event.type === 'warning') all.log(`warning: ${event.message}\n`);
      if (event.type === 'database-start') {
        const { database, expectedBytes = 1 } = event;
        byDatabase.set(
          JSON.stringify(database),
          all.create(Math.max(expectedBytes, 1), 0, { name: database.name, status: '' }),
        );
      }
      if (event.type === 'database-progress') {
        // What is expected is a guess: at most nearly done, until it is.
        const total = bar(event.database)?.getTotal() ?? 1;
        bar(event.database)?.update(Math.min(event.bytes, 0.99 * total));
      }
      if (event.type === 'database-end') {
        const { database, status } = event;
        bar(database)?.update(status === 'ok' ? (bar(database)?.getTotal() ?? 1) : 0, { status });
      }
    },
    stop: () => all.stop(),
  };
}
