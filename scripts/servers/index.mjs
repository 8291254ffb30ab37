/**
 * Throwaway servers for the tests and the demo. They and their files go when the starter ends: by `stop`, by a signal, or
 * by the kernel; the files of one that was killed, with the next start.
 */
import { rmSync } from 'node:fs';
import { startMariadb } from './mariadb.mjs';
import { startPostgres } from './postgres.mjs';
import { makeScratch, removeScratch } from './scratch.mjs';

/**
 * @typedef {object} Server
 * @property {string} host
 * @property {number} port
 * @property {string} socketDirectory of its Unix socket
 * @property {string} [socketPath] the socket itself, where clients want that
 * @property {string} user who may do everything
 * @property {string} password
 * @property {number} pid
 * @property {() => Promise<void>} stop
 * @property {() => void} kill
 */

/**
 * @typedef {object} Servers
 * @property {Server} postgres
 * @property {Server} mariadb
 * @property {string} scratch a directory for the caller's own files, removed with the servers
 * @property {() => Promise<void>} stop stops both and removes their files; may be called more than once
 */

/** @type {NodeJS.Signals[]} */
const deadly = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Starts both at the same time. Until `stop`, the given signals to this process stop them before it ends.
 *
 * @param {{ signals?: readonly NodeJS.Signals[] }} [options] `signals`: none where the caller calls `stop` itself on a signal
 * @returns {Promise<Servers>}
 */
export async function startServers({ signals = deadly } = {}) {
  const scratch = makeScratch();
  const started = Promise.allSettled([startPostgres(scratch), startMariadb(scratch)]);
  /** @type {Promise<void> | undefined} */
  let stopped;
  const stop = () => {
    stopped ??= started
      .then((results) => Promise.all(results.map((result) => result.status === 'fulfilled' && result.value.stop())))
      .then(() => removeScratch(scratch))
      .finally(() => {
        for (const signal of signals) process.off(signal, die);
        process.off('exit', abandon);
      });
    return stopped;
  };
  /** @type {Server[]} */
  const running = [];
  // For a `process.exit` on the way, when nothing can be waited for.
  const abandon = () => {
    for (const server of running) server.kill();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  };
  /** @param {NodeJS.Signals} signal */
  const die = (signal) => void stop().finally(() => process.kill(process.pid, signal));
  for (const signal of signals) process.on(signal, die);
  process.on('exit', abandon);

  const [postgres, mariadb] = await started;
  if (postgres.status === 'rejected' || mariadb.status === 'rejected') {
    await stop();
    throw postgres.status === 'rejected' ? postgres.reason : /** @type {PromiseRejectedResult} */ (mariadb).reason;
  }
  running.push(postgres.value, mariadb.value);
  return { postgres: postgres.value, mariadb: mariadb.value, scratch, stop };
}
