import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * Starts a host of its own that backs up; it writes a line when the first bytes flow.
 * @param plain the configuration, whose databases are files
 * @param engines modules with those that it needs besides core's
 */
export function startHost(plain: object, ...engines: readonly string[]) {
  const args = [join(import.meta.dirname, 'host.mjs'), JSON.stringify(plain), ...engines];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}
