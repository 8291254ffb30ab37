import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { makeServerDirectory, makeServerFile, runAsServerUser, startDaemon } from './daemon.mjs';
import { onFreePort } from './port.mjs';
import { program } from './programs.mjs';

/**
 * A throwaway PostgreSQL server: on 127.0.0.1 and on a Unix socket, UTF-8, with a password for its superuser. Nothing of
 * it is safe against a crash, for speed.
 *
 * @param {string} scratch directory in which it is made
 * @param {object} [options]
 * @param {Record<string, string>} [options.settings] besides its own, or in their place
 * @param {(data: string) => void} [options.setUp] is given its data directory before the start: for other files in it
 * @returns {Promise<import('./index.mjs').Server>}
 */
export async function startPostgres(scratch, { settings: more = {}, setUp = () => {} } = {}) {
  const directory = makeServerDirectory(join(scratch, 'postgres'), 0o711);
  const data = makeServerDirectory(join(directory, 'data'), 0o700);
  const user = 'postgres';
  const password = randomBytes(12).toString('hex');
  const passwordFile = makeServerFile(join(directory, 'password'), password);

  await runAsServerUser(
    [
      program('initdb'),
      ...['--pgdata', data, '--username', user, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      ...['--encoding', 'UTF8', '--locale', 'C.UTF-8', '--no-sync', '--no-instructions'],
    ],
    directory,
  );
  /** @type {Record<string, string>} */
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: directory,
    max_connections: '100',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    autovacuum_naptime: '1h',
    max_wal_size: '4GB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...more,
  };
  setUp(data);
  return onFreePort(async (port) => {
    const options = Object.entries({ ...settings, port: String(port) }).flatMap(([key, value]) => [
      '-c',
      `${key}=${value}`,
    ]);
    const daemon = await startDaemon([program('postgres'), '-D', data, ...options], {
      cwd: directory,
      log: join(scratch, 'postgres.log'),
      ready: /database system is ready to accept connections/,
      stopSignal: 'SIGINT',
      // Leaves no shared memory behind, which SIGKILL does.
      killSignal: 'SIGQUIT',
    });
    return { host: '127.0.0.1', port, socketDirectory: directory, user, password, ...daemon };
  });
}
