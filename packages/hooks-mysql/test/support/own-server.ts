import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { mariadb } from '@dumpstream/hooks-mysql';
import {
  makeServerDirectory,
  makeServerFile,
  runAsServerUser,
  startDaemon,
} from '../../../../scripts/servers/daemon.mjs';
import { onFreePort } from '../../../../scripts/servers/port.mjs';
import { program } from '../../../../scripts/servers/programs.mjs';
import { tempDir } from '../../../../test/support/servers.ts';
import type { Lab } from './lab.ts';

/** A MariaDB server that one test has for itself. Its root may do everything, from anywhere. */
export interface OwnServer extends Lab {
  readonly directory: string;
  readonly socketPath: string;
}

/** @param args more of them for the server; what they name is readable to it */
export async function withOwnServer<T>(
  args: readonly string[],
  work: (server: OwnServer) => Promise<T>,
  prepare: (directory: string) => Promise<unknown> = async () => {},
): Promise<T> {
  const scratch = await tempDir();
  await chmod(scratch, 0o711);
  const directory = makeServerDirectory(join(scratch, 'server'), 0o711);
  const data = makeServerDirectory(join(directory, 'data'), 0o700);
  const password = 'own secret';
  const accounts = makeServerFile(
    join(directory, 'accounts.sql'),
    `DROP USER IF EXISTS root@localhost, root@127.0.0.1, root@'::1';\nCREATE OR REPLACE USER root@'%' IDENTIFIED BY '${password}';\nGRANT ALL PRIVILEGES ON *.* TO root@'%' WITH GRANT OPTION;\n`,
  );
  await prepare(directory);
  await runAsServerUser(
    [
      program('mariadb-install-db'),
      ...['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
      ...['--skip-name-resolve', `--tmpdir=${directory}`],
    ],
    directory,
  );
  const socketPath = join(directory, 'mysqld.sock');
  return onFreePort(async (port) => {
    const daemon = await startDaemon(
      [
        program('mariadbd'),
        ...['--no-defaults', `--datadir=${data}`, `--tmpdir=${directory}`, `--socket=${socketPath}`, `--port=${port}`],
        ...['--bind-address=127.0.0.1', '--skip-name-resolve', `--init-file=${accounts}`, '--innodb-doublewrite=0'],
        ...['--innodb-use-native-aio=0', '--pid-file=mariadbd.pid', ...args.map((arg) => arg.replace('{}', directory))],
      ],
      {
        cwd: directory,
        log: join(scratch, 'mariadb.log'),
        ready: /ready for connections/,
        stopSignal: 'SIGTERM',
        killSignal: 'SIGKILL',
      },
    );
    try {
      return await work({
        title: 'MariaDB',
        hook: mariadb,
        connection: { hostname: '127.0.0.1', port, username: 'root', password },
        client: 'mariadb',
        dumper: 'mariadb-dump',
        dumperArgs: [],
        directory,
        socketPath,
      });
    } finally {
      await daemon.stop();
    }
  });
}
