import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { makeServerDirectory, makeServerFile, runAsServerUser, startDaemon } from './daemon.mjs';
import { onFreePort } from './port.mjs';
import { program } from './programs.mjs';

/**
 * A throwaway MariaDB server: on 127.0.0.1 and on a Unix socket, UTF-8, with a password for root. Nothing of it is safe
 * against a crash, for speed.
 *
 * @param {string} scratch directory in which it is made
 * @returns {Promise<import('./index.mjs').Server>}
 */
export async function startMariadb(scratch) {
  const directory = makeServerDirectory(join(scratch, 'mariadb'), 0o711);
  const data = makeServerDirectory(join(directory, 'data'), 0o700);
  const user = 'root';
  const password = randomBytes(12).toString('hex');
  // Each statement on one line, as the server reads this file.
  const accounts = makeServerFile(
    join(directory, 'accounts.sql'),
    [
      ...["'root'@'localhost'", "'root'@'127.0.0.1'", "'root'@'::1'"].map(
        (account) => `DROP USER IF EXISTS ${account};`,
      ),
      `CREATE OR REPLACE USER 'root'@'%' IDENTIFIED BY '${password}';`,
      "GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION;",
      '',
    ].join('\n'),
  );
  const speed = ['--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0', '--innodb-use-native-aio=0'];
  const tmp = makeServerDirectory(join(directory, 'tmp'), 0o700);
  await runAsServerUser(
    [
      program('mariadb-install-db'),
      ...['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
      ...['--skip-name-resolve', `--tmpdir=${tmp}`, ...speed],
    ],
    directory,
  );
  const socketPath = join(directory, 'mysqld.sock');
  return onFreePort(async (port) => {
    const daemon = await startDaemon(
      [
        program('mariadbd'),
        ...['--no-defaults', `--datadir=${data}`, `--tmpdir=${tmp}`, `--socket=${socketPath}`, `--port=${port}`],
        ...['--bind-address=127.0.0.1', '--skip-name-resolve', `--init-file=${accounts}`, '--default-time-zone=+00:00'],
        ...['--character-set-server=utf8mb4', '--pid-file=mariadbd.pid', ...speed, '--innodb-fast-shutdown=2'],
      ],
      {
        cwd: directory,
        log: join(scratch, 'mariadb.log'),
        ready: /ready for connections/,
        stopSignal: 'SIGTERM',
        killSignal: 'SIGKILL',
      },
    );
    return { host: '127.0.0.1', port, socketDirectory: directory, socketPath, user, password, ...daemon };
  });
}
