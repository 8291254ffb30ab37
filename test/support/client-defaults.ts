import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Servers } from '../../scripts/servers/index.mjs';
import { tempDir } from './servers.ts';

/**
 * An environment in which the clients find these servers when they are told nothing: how databases that have only names
 * are found.
 */
export async function clientDefaults({ postgres, mariadb }: Servers): Promise<Record<string, string>> {
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
