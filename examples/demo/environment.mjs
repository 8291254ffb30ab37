import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Keeps what the user has set up for databases and for Borg out of the demo, and the demo's files out of their home.
 *
 * @param {string} scratch
 */
export function isolate(scratch) {
  for (const name of Object.keys(process.env)) {
    if (/^(PG|MYSQL_|MARIADB_|BORG_)/.test(name)) delete process.env[name];
  }
  const homes = { HOME: join(scratch, 'home'), BORG_BASE_DIR: join(scratch, 'borg') };
  for (const home of Object.values(homes)) mkdirSync(home, { mode: 0o700 });
  Object.assign(process.env, homes);
}
