/**
 * Backs up everything that is configured, once: for cron, a timer, or by hand.
 *
 *     node nightly.mjs [--log FILE] [CONFIGURATION]
 */
import { openSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BackupError, backup, loadConfig } from '@dumpstream/core';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { exitStatus } from './exit-status.mjs';
import { showProgress } from './progress.mjs';

/** @import { BackupReport } from '@dumpstream/core' */

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stopping.abort(name));
// Whoever reads the output has gone: `node nightly.mjs | head -1`.
process.stdout.on('error', (error) => stopping.abort(error));

try {
  await main();
} catch (error) {
  process.exitCode = exitStatus(error);
  console.error(error instanceof BackupError ? `${error.code}: ${error.message}\n${error.hint}` : String(error));
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { log: { type: 'string' } } });
  const [file = 'backup.yaml'] = positionals;
  const log = logTo(values.log);
  const say = values.log === '-' ? () => {} : console.log;
  const progress = showProgress(values.log !== '-' && process.stdout.isTTY);
  try {
    const config = await loadConfig(file, { hooks: [postgresql(), mysql(), mariadb()] });
    const report = await backup(config, {
      signal: stopping.signal,
      onEvent(event) {
        // Ten a second of these for each database are more than a log is for.
        if (event.type !== 'database-progress') log(event);
        progress.onEvent(event);
      },
    });
    progress.stop();
    log({ type: 'end', time: new Date(), status: 'ok', report });
    say(summary(report));
  } catch (error) {
    progress.stop();
    log({ type: 'end', time: new Date(), status: 'failed', error });
    const report = error instanceof BackupError ? error.report : undefined;
    if (report && 'repositories' in report && 'databases' in report) say(summary(report));
    throw error;
  }
}

/**
 * One JSON object a line: to a file, which is appended to, to the standard output (`-`), or nowhere.
 *
 * @param {string | undefined} file
 * @returns {(entry: object) => void}
 */
function logTo(file) {
  if (file === undefined) return () => {};
  if (file === '-') return (entry) => void process.stdout.write(`${JSON.stringify(entry)}\n`);
  const descriptor = openSync(file, 'a', 0o600);
  return (entry) => void writeSync(descriptor, `${JSON.stringify(entry)}\n`);
}

/** @param {BackupReport} report */
function summary({ databases, repositories, durationMs }) {
  return [
    ...databases.map(({ name, status, bytes }) => `${name}: ${status}, ${bytes} bytes`),
    ...repositories.map(
      ({ repository, archive, status, deduplicatedBytes }) =>
        `${repository}: ${status}, ${archive}, ${deduplicatedBytes} bytes more`,
    ),
    `${(durationMs / 1000).toFixed(1)} s`,
  ].join('\n');
}
