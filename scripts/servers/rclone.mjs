import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { makeServerDirectory, startDaemon } from './daemon.mjs';
import { onFreePort } from './port.mjs';
import { program } from './programs.mjs';

/**
 * @typedef {object} RestServer
 * @property {string} url with the credentials in it
 * @property {number} port
 * @property {string} user
 * @property {string} password
 * @property {string} data directory of the repositories
 * @property {number} pid
 * @property {() => Promise<void>} stop
 * @property {() => void} kill
 */

/**
 * A throwaway server of restic's REST protocol on 127.0.0.1: rclone in front of a directory.
 *
 * @param {string} scratch directory in which it is made
 * @returns {Promise<RestServer>}
 */
export async function startRclone(scratch) {
  const directory = makeServerDirectory(join(scratch, 'rclone'), 0o711);
  const data = makeServerDirectory(join(directory, 'data'), 0o700);
  const [user, password] = ['keeper', randomBytes(12).toString('hex')];
  return onFreePort(async (port) => {
    const daemon = await startDaemon(
      [
        program('rclone'),
        ...['serve', 'restic', data, '--addr', `127.0.0.1:${port}`, '--user', user, '--pass', password],
        // No file of settings, and none of a cache: this user has no home.
        ...['--config', '', '--cache-dir', join(directory, 'cache')],
      ],
      {
        cwd: directory,
        log: join(directory, 'log'),
        ready: /Serving restic REST API/,
        stopSignal: 'SIGTERM',
        killSignal: 'SIGKILL',
      },
    );
    return { url: `http://${user}:${password}@127.0.0.1:${port}`, port, user, password, data, ...daemon };
  });
}
