import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { passphrase } from '../support/site.mjs';

/** @import { Contender, Work } from './index.mjs' */

const host = join(import.meta.dirname, 'dumpstream/host.mjs');

/** The packages as they are built, in a Node of its own, with their defaults. @type {Contender} */
export const dumpstream = {
  name: 'dumpstream',
  leastShare: 0.95,
  backup: (work) => hostCommand(work, 'backup'),
  restore: (work) => hostCommand(work, 'restore'),
};

/**
 * @param {number} concurrency
 * @returns {Pick<Contender, 'name' | 'leastShare' | 'backup'>}
 */
export const withConcurrency = (concurrency) => ({
  name: `${dumpstream.name}, concurrency ${concurrency}`,
  leastShare: dumpstream.leastShare,
  backup: (work) => hostCommand(work, 'backup', { concurrency }),
});

/**
 * What the host tells of itself.
 *
 * @typedef {object} Told
 * @property {number} callSeconds from the reading of the configuration to the end of the call
 * @property {number} cpuSeconds of the process's whole life
 * @property {number} peakBytes of memory
 */

/**
 * @param {Work} work
 * @param {'backup' | 'restore' | 'list'} verb
 * @param {{ times?: number, concurrency?: number }} [options] `times`: how often it is called; once by default
 */
export async function hostCommand({ site, servers, databases }, verb, options = {}) {
  const { engine, repositories } = site;
  const file = join(site.directory, 'dumpstream.yaml');
  /** @param {import('../../scripts/servers/index.mjs').Server} server */
  const connection = ({ host, port, user, password }) => ({ hostname: host, port, username: user, password });
  /** @param {string} kind */
  const entries = (kind) => databases.filter((database) => database.kind === kind);
  const configuration = {
    repositories: repositories.map(engine.entry),
    encryption_passphrase: passphrase,
    borgmatic_source_directory: join(site.directory, 'run'),
    postgresql_databases: entries('postgresql').map(({ name }) => ({ name, ...connection(servers.postgres) })),
    mariadb_databases: entries('mariadb').map(({ name }) => ({ name, ...connection(servers.mariadb) })),
  };
  await writeFile(file, JSON.stringify(configuration), { mode: 0o600 });
  const { HOME, BORG_BASE_DIR, RESTIC_CACHE_DIR } = site.env;
  return {
    file: process.execPath,
    args: [host, verb, file, JSON.stringify({ engine: engine.name, ...options })],
    env: { HOME, BORG_BASE_DIR, RESTIC_CACHE_DIR },
  };
}
