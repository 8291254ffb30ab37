import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { borgmaticCommand } from '../../test/reference/support/borgmatic-command.mjs';
import { passphrase } from '../support/site.mjs';

/**
 * @import { Contender, Work } from './index.mjs'
 *
 * @typedef {object} Settings
 * @property {Record<string, string>} [entry] in each PostgreSQL entry
 * @property {Record<string, string>} [storage]
 */

/** As it comes: pg_dump compresses by itself. @type {Contender} */
export const borgmatic = {
  name: 'borgmatic',
  leastShare: 0.05,
  backup: (work) => command(work, {}, ['create']),
  restore: (work) => command(work, {}, ['restore', '--archive', 'latest']),
};

/** With dumps that Borg can compress and deduplicate. @type {Contender} */
export const tunedBorgmatic = {
  name: 'tuned',
  leastShare: 0.95,
  backup: (work) => command(work, tuned(work), ['create']),
  restore: (work) => command(work, tuned(work), ['restore', '--archive', 'latest']),
};

/** @param {Work} work @returns {Settings} */
const tuned = ({ storage: { compression, chunkerParams } = {} }) => ({
  entry: { options: '--compress=0' },
  storage: { ...(compression && { compression }), ...(chunkerParams && { chunker_params: chunkerParams }) },
});

/**
 * @param {Work} work
 * @param {Settings} settings
 * @param {readonly string[]} action
 */
async function command({ site, servers, databases }, settings, action) {
  const file = join(site.directory, 'borgmatic.yaml');
  const files = join(site.directory, 'files');
  await mkdir(files, { recursive: true });
  /** @param {import('../../scripts/servers/index.mjs').Server} server */
  const connection = ({ host, port, user, password }) => ({ hostname: host, port, username: user, password });
  const configuration = {
    location: { source_directories: [files], repositories: site.repositories },
    storage: { encryption_passphrase: passphrase, ...settings.storage },
    hooks: {
      postgresql_databases: databases
        .filter(({ kind }) => kind === 'postgresql')
        .map(({ name }) => ({ name, ...connection(servers.postgres), ...settings.entry })),
      mysql_databases: databases
        .filter(({ kind }) => kind === 'mariadb')
        .map(({ name }) => ({ name, ...connection(servers.mariadb) })),
    },
  };
  await writeFile(file, JSON.stringify(configuration), { mode: 0o600 });
  const home = site.env.HOME ?? '';
  // Without a log file it writes to the system's log.
  const run = await borgmaticCommand(home, ['--log-file', '/dev/null', '--config', file, ...action]);
  return { ...run, env: { ...run.env, BORG_BASE_DIR: site.env.BORG_BASE_DIR } };
}
