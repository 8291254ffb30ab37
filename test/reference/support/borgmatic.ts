import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, program } from '../../../scripts/servers/programs.mjs';
import { unpackedFile } from '../../support/unpacked.ts';

/**
 * Has borgmatic make an archive as its configuration file says.
 * @param home of the one who runs it: where its dumps pass through, and where they lie in the archive
 */
export async function createByBorgmatic(configuration: string, home: string): Promise<void> {
  const packages = unpackedFile('usr/lib/python3/dist-packages');
  const env = {
    ...process.env,
    HOME: home,
    PATH: [await oldNames(home), process.env.PATH].join(delimiter),
    PYTHONPATH: packages,
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const [file, ...first] = packages === undefined ? [program('borgmatic')] : [python(), '-c', entryPoint];
  // Without a log file it writes to the system's log.
  const args = ['--log-file', '/dev/null', '--config', configuration, 'create'];
  await promisify(execFile)(file as string, [...first, ...args], { env });
}

const entryPoint = 'from borgmatic.commands.borgmatic import main; main()';

/** Debian's, for which its packages are made. */
function python(): string {
  return existsSync('/usr/bin/python3') ? '/usr/bin/python3' : program('python3');
}

/** It calls MariaDB's clients by the names of MySQL's, which newer packages of MariaDB no longer have. */
async function oldNames(home: string): Promise<string> {
  const directory = join(home, 'bin');
  if (existsSync(directory)) return directory;
  await mkdir(directory);
  for (const [old, name] of Object.entries({ mysql: 'mariadb', mysqldump: 'mariadb-dump' })) {
    if (findProgram(old) === undefined) await symlink(program(name), join(directory, old));
  }
  return directory;
}
