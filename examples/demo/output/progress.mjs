import cliProgress from 'cli-progress';
import { seconds, size } from './format.mjs';

/** @import { BackupReport, Event } from '@dumpstream/core' */

/** @typedef {Pick<BackupReport, 'databases'>} Report what the reports of both verbs have */

/**
 * Shows what the events of one call tell: a bar for each database, or where no terminal is, a line for each.
 *
 * @returns `onEvent` for the call, `until` to be given the call's promise, and gives it back
 */
export function showProgress() {
  const { onEvent, stop } = process.stdout.isTTY ? bars() : { onEvent: printLine, stop: () => {} };
  /**
   * @template {Report} T
   * @param {Promise<T>} call
   * @returns {Promise<T>}
   */
  const until = async (call) => {
    /** @type {T | undefined} */
    let report;
    try {
      report = await call;
      return report;
    } finally {
      stop(report);
    }
  };
  return { onEvent, until };
}

function bars() {
  const all = new cliProgress.MultiBar({
    format: (_options, { progress }, { name, bytes, note }) => {
      const full = Math.round(Math.min(progress, 1) * 40);
      return `  ${name.padEnd(8)}${'█'.repeat(full)}${'░'.repeat(40 - full)} ${size(bytes).padStart(9)}  ${note}`;
    },
    stream: process.stdout,
    hideCursor: true,
    // It would listen for signals itself.
    gracefulExit: false,
  });
  /** @type {Map<string, cliProgress.SingleBar>} */
  const byName = new Map();
  return {
    /** @param {Event} event */
    onEvent(event) {
      if (event.type === 'warning') all.log(`  warning: ${event.message}\n`);
      if (!('database' in event) || event.database === undefined) return;
      const { name } = event.database;
      const bar = byName.get(name);
      if (event.type === 'database-start') {
        byName.set(name, all.create(event.expectedBytes ?? 1, 0, { name, bytes: 0, note: '' }));
      } else if (event.type === 'database-progress') {
        // What is expected is a guess: at most nearly done, until it is.
        bar?.update(Math.min(event.bytes, 0.99 * bar.getTotal()), { bytes: event.bytes });
      } else if (event.type === 'database-end' && event.status === 'ok') {
        bar?.update(bar.getTotal(), { bytes: event.bytes, note: seconds(event.durationMs) });
      } else if (event.type === 'database-end') {
        bar?.update({ bytes: event.bytes, note: event.status });
      }
    },
    /** @param {Report} [report] of a call that has succeeded */
    stop(report) {
      // The events' last sizes are samples, the report's are exact.
      for (const { name, bytes } of report?.databases ?? []) byName.get(name)?.update({ bytes });
      all.stop();
    },
  };
}

/** @param {Event} event */
function printLine(event) {
  if (event.type === 'database-end') {
    console.log(`  ${event.database.name}: ${event.status}, ${seconds(event.durationMs)}`);
  } else if (event.type === 'warning') {
    console.log(`  warning: ${event.message}`);
  }
}
