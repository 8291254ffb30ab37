import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { startServers } from '../../scripts/servers/index.mjs';
import { endOnSignals } from './interrupt.mjs';

/**
 * Starts the servers of this run and tells the tests where they are. Homes of their own keep the developer's `~/.pgpass`,
 * `~/.my.cnf` and Borg's caches out of the tests, and the tests out of them.
 */
export default async function setUp() {
  const started = await startServers({ signals: [] });
  endOnSignals(started);
  const { stop, ...servers } = started;
  globalThis.stopServers = stop;
  const homes = { HOME: join(servers.scratch, 'home'), BORG_BASE_DIR: join(servers.scratch, 'borg') };
  for (const home of Object.values(homes)) mkdirSync(home, { mode: 0o700 });
  // Except npm's, for tests that pack and install.
  process.env.npm_config_userconfig ??= join(homedir(), '.npmrc');
  process.env.npm_config_cache ??= join(homedir(), '.npm');
  Object.assign(process.env, homes, { DUMPSTREAM_TEST_SERVERS: JSON.stringify(servers) });
}
