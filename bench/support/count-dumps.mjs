import { readFileSync, realpathSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { program } from '../../scripts/servers/programs.mjs';

/** @import { Site } from './site.mjs' */

/**
 * Puts programs before the dump programs that note each dump of data, and are the same for every contender: not Debian's
 * wrapper, which takes its time.
 *
 * @param {Site} site
 * @returns {Promise<{ site: Site, dumps: () => number }>} the site with these on its `PATH`; how many dumps there were
 */
export async function countingDumps(site) {
  const directory = join(site.directory, 'counting');
  const log = join(site.directory, 'dumps');
  await mkdir(directory);
  await writeFile(log, '');
  const real = {
    pg_dump: join(dirname(realpathSync(program('postgres'))), 'pg_dump'),
    'mariadb-dump': program('mariadb-dump'),
    mysqldump: program('mariadb-dump'),
  };
  for (const [name, path] of Object.entries(real))
    await writeFile(join(directory, name), noting(path, log), { mode: 0o755 });
  return {
    site: { ...site, env: { ...site.env, PATH: `${directory}:${process.env.PATH}` } },
    dumps: () => readFileSync(log, 'utf8').split('\n').filter(Boolean).length,
  };
}

/** @param {string} path @param {string} log */
const noting = (path, log) => `#!/bin/sh
case " $* " in
  *' --version '* | *' --print-defaults '* | *' --help '* | *' --no-data '*) ;;
  *) echo dump >> ${log} ;;
esac
exec ${path} "$@"
`;
