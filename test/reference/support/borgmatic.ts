import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { borgmaticCommand } from './borgmatic-command.mjs';

/**
 * Has borgmatic make an archive as its configuration file says.
 * @param home of the one who runs it: where its dumps pass through, and where they lie in the archive
 */
export async function createByBorgmatic(configuration: string, home: string): Promise<void> {
  // Without a log file it writes to the system's log.
  const create = ['--log-file', '/dev/null', '--config', configuration, 'create'];
  const { file, args, env } = await borgmaticCommand(home, create);
  await promisify(execFile)(file, args, { env: { ...process.env, ...env } });
}
