import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { findProgram, program } from '../../../scripts/servers/programs.mjs';
import { unpacked } from '../../../scripts/setup/test-programs.mjs';

/**
 * What runs borgmatic: the unpacked one, else what is installed.
 *
 * @param {string} home of the one who runs it: where its dumps pass through, and where they lie in the archive
 * @param {readonly string[]} args
 * @returns {Promise<{ file: string, args: string[], env: Record<string, string | undefined> }>} `env` besides the caller's own
 */
export async function borgmaticCommand(home, args) {
  const packages = join(unpacked, 'usr/lib/python3/dist-packages');
  const own = existsSync(packages);
  const env = {
    HOME: home,
    PATH: [await oldNames(home), process.env.PATH].join(delimiter),
    PYTHONPATH: own ? packages : process.env.PYTHONPATH,
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const [file, ...first] = own ? [python(), '-c', entryPoint] : [program('borgmatic')];
  return { file, args: [...first, ...args], env };
}

const entryPoint = 'from borgmatic.commands.borgmatic import main; main()';

/** Debian's, for which its packages are made. */
function python() {
  return existsSync('/usr/bin/python3') ? '/usr/bin/python3' : program('python3');
}

/**
 * It calls MariaDB's clients by the names of MySQL's, which newer packages of MariaDB no longer have.
 *
 * @param {string} home
 */
async function oldNames(home) {
  const directory = join(home, 'bin');
  if (existsSync(directory)) return directory;
  await mkdir(directory);
  for (const [old, name] of Object.entries({ mysql: 'mariadb', mysqldump: 'mariadb-dump' })) {
    if (findProgram(old) === undefined) await symlink(program(name), join(directory, old));
  }
  return directory;
}
