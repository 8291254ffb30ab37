import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { archivesOf } from '../engines/borg.mjs';

/** @import { Contender, Work } from './index.mjs' */

/** @param {string} script */
const file = (script) => join(import.meta.dirname, 'raw', script);

/**
 * The scripts read the list of databases in their working directory, and the clients where the servers are: from the
 * environment, and from a file in their home.
 *
 * @param {Work} work
 */
async function surroundings({ site, servers: { postgres, mariadb }, databases, storage = {} }) {
  const cwd = await mkdtemp(join(site.directory, 'raw-'));
  await writeFile(join(cwd, 'databases'), databases.map(({ kind, name }) => `${kind} ${name}\n`).join(''));
  const { host, port, user, password } = mariadb;
  const options = Object.entries({ host, port, user, password }).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(cwd, '.my.cnf'), `[client]\n${options.join('')}`, { mode: 0o600 });
  const env = {
    ...site.env,
    HOME: cwd,
    PGHOST: postgres.host,
    PGPORT: String(postgres.port),
    PGUSER: postgres.user,
    PGPASSWORD: postgres.password,
    STORAGE_OPTIONS: [
      ...(storage.compression === undefined ? [] : ['--compression', storage.compression]),
      ...(storage.chunkerParams === undefined ? [] : ['--chunker-params', storage.chunkerParams]),
    ].join(' '),
  };
  return { cwd, env };
}

/** @param {string} script that takes a repository @returns {Contender['backup']} */
const runs = (script) => async (work) => ({
  file: file(script),
  args: [work.site.repositories[0] ?? ''],
  ...(await surroundings(work)),
});

/** As it is written by hand: named pipes, the dump programs, one `borg create`. @type {Contender} */
export const raw = {
  name: 'raw',
  leastShare: 0.95,
  backup: runs('backup.sh'),
  restore: async (work) => {
    const { site } = work;
    const [repository = ''] = site.repositories;
    const { name = '' } = (await archivesOf(site, repository)).at(-1) ?? {};
    return {
      file: file('restore.sh'),
      args: [`${repository}::${name}`],
      ...(await surroundings(work)),
    };
  },
};

/** An archive for each database. @type {Pick<Contender, 'name' | 'leastShare' | 'backup'>} */
export const rawOneByOne = {
  name: 'raw, an archive each',
  leastShare: raw.leastShare,
  backup: runs('backup-one-by-one.sh'),
};

/** With restic: a dump program into `restic backup --stdin`, one database after the other. @type {Contender} */
export const rawRestic = {
  name: raw.name,
  leastShare: raw.leastShare,
  backup: runs('restic-backup.sh'),
  restore: runs('restic-restore.sh'),
};
