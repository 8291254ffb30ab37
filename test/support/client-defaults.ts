import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Connection, tempDir } from './servers.ts';

interface Both {
  readonly postgres: Connection;
  readonly mariadb: Connection;
}

/**
 * An environment in which the clients find these servers when they are told nothing: how databases that have only names
 * are found.
 */
export async function clientDefaults({ postgres, mariadb }: Both) {
  const home = await tempDir();
  const { host, port, user, password } = mariadb;
  const options = Object.entries({ host, port, user, password }).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(home, '.my.cnf'), `[client]\n${options.join('')}`, { mode: 0o600 });
  return {
    HOME: home,
    PGHOST: postgres.host,
    PGPORT: String(postgres.port),
    PGUSER: postgres.user,
    PGPASSWORD: postgres.password,
  };
}
