/**
 * Backs up on a schedule, says over HTTP on this machine how that goes, and ends in good order on SIGTERM.
 *
 *     node service.mjs [--schedule '0 3 * * *'] [--port 8321] [CONFIGURATION]
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { backup, loadConfig } from '@dumpstream/core';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { Cron } from 'croner';

/**
 * @typedef {object} Health
 * @property {'waiting' | 'ok' | 'failed'} status of the last run that came to its end
 * @property {string} last what it made, or why it failed
 * @property {boolean} running whether one is under way
 * @property {Date | null} next
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    schedule: { type: 'string', default: '0 3 * * *' },
    port: { type: 'string', default: '8321' },
  },
});
const [file = 'backup.yaml'] = positionals;
// Read once, at the start: what is wrong in it is not to be found out at night.
const config = await loadConfig(file, { hooks: [postgresql(), mysql(), mariadb()] });

const stopping = new AbortController();
/** @type {Omit<Health, 'next'>} */
const health = { status: 'waiting', running: false, last: 'no backup yet' };
/** @type {Promise<void>} */
let run = Promise.resolve();

const schedule = new Cron(
  values.schedule,
  // A run that is due while the one before is under way is left out.
  { protect: () => log({ type: 'left-out' }) },
  () => {
    run = backUp();
    return run;
  },
);

const server = createServer((_request, response) => {
  response.writeHead(health.status === 'failed' ? 503 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ ...health, next: schedule.nextRun() }));
});
server.listen(Number(values.port), '127.0.0.1');
await once(server, 'listening');
log({ type: 'started', next: schedule.nextRun() });

for (const name of ['SIGTERM', 'SIGINT']) process.once(name, () => void stop(name));

/** Never rejects. */
async function backUp() {
  health.running = true;
  log({ type: 'backup-started' });
  try {
    // What hangs is not to keep all the nights' runs from beginning.
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(12 * 60 * 60 * 1000)]);
    const report = await backup(config, { signal });
    Object.assign(health, { status: 'ok', last: report.repositories.map(({ archive }) => archive).join(', ') });
    log({ type: 'backup-ended', report });
  } catch (error) {
    // A `BackupError` survives JSON.stringify, with its code, hint and report.
    log({ type: 'backup-ended', error });
    Object.assign(health, { status: 'failed', last: String(error) });
  }
  health.running = false;
}

/**
 * The process ends by itself when nothing keeps it: no schedule, no server, no backup.
 *
 * @param {string} why
 */
async function stop(why) {
  log({ type: 'stopping', why });
  schedule.stop();
  server.close();
  server.closeAllConnections();
  stopping.abort(new Error(why));
  await run;
  log({ type: 'stopped' });
}

/** @param {object} entry */
function log(entry) {
  console.log(JSON.stringify({ time: new Date(), ...entry }));
}
