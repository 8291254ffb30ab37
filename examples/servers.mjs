/**
 * A shell whose `psql` and `mariadb` reach throwaway servers on this machine, where everything is allowed. They and their data
 * are gone when the shell ends.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServers } from '../scripts/servers/index.mjs';

const { postgres, mariadb, scratch, stop } = await startServers();
try {
  // Where clients look for what they are not told, and where Borg and dumpstream keep what they need.
  const home = join(scratch, 'home');
  mkdirSync(home, { mode: 0o700 });
  const options = Object.entries({
    host: mariadb.host,
    port: mariadb.port,
    user: mariadb.user,
    password: mariadb.password,
  });
  const file = options.map(([key, value]) => `${key}=${value}\n`).join('');
  writeFileSync(join(home, '.my.cnf'), `[client]\n${file}`, { mode: 0o600 });

  const foreign = /^(PG|MYSQL_|MARIADB_|BORG_)/;
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))),
    HOME: home,
    PGHOST: postgres.host,
    PGPORT: String(postgres.port),
    PGUSER: postgres.user,
    PGPASSWORD: postgres.password,
  };
  console.error('PostgreSQL and MariaDB are running until this shell ends: leave it with `exit`.');
  [process.exitCode] = await once(spawn(process.env.SHELL ?? 'bash', { env, stdio: 'inherit' }), 'exit');
} finally {
  await stop();
}
