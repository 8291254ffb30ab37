import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { makeServerDirectory, makeServerFile, startDaemon } from './daemon.mjs';
import { onFreePort } from './port.mjs';

/**
 * @typedef {object} S3Server
 * @property {string} url
 * @property {number} port
 * @property {string} accessKey
 * @property {string} secretKey
 * @property {string} bucket that is there
 * @property {string} data directory of the objects: `BUCKET/KEY._S3rver_object`
 * @property {number} pid
 * @property {() => Promise<void>} stop
 * @property {() => void} kill
 */

/**
 * A throwaway S3 server on 127.0.0.1 that takes one key pair and refuses everybody else.
 *
 * @param {string} scratch directory in which it is made
 * @returns {Promise<S3Server>}
 */
export async function startS3(scratch) {
  const directory = makeServerDirectory(join(scratch, 's3'), 0o711);
  const data = makeServerDirectory(join(directory, 'data'), 0o700);
  const bucket = 'bucket';
  const [accessKey, secretKey] = [randomBytes(8).toString('hex'), randomBytes(16).toString('hex')];
  return onFreePort(async (port) => {
    const settings = JSON.stringify({ port, data, bucket, accessKey, secretKey });
    const file = makeServerFile(join(directory, `settings-${port}.json`), settings);
    const daemon = await startDaemon([process.execPath, join(import.meta.dirname, 's3/program.mjs'), file], {
      cwd: directory,
      log: join(directory, 'log'),
      ready: /ready for connections/,
      stopSignal: 'SIGTERM',
      killSignal: 'SIGKILL',
      // Node and this clone may lie in root's home.
      sameUser: true,
    });
    return { url: `http://127.0.0.1:${port}`, port, accessKey, secretKey, bucket, data, ...daemon };
  });
}
