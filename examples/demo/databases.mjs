import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mariadb, psql } from './clients.mjs';
import { snapshotMariadb } from './snapshot/mariadb.mjs';
import { snapshotPostgresql } from './snapshot/postgresql.mjs';

/**
 * @typedef {import('../../scripts/servers/index.mjs').Servers} Servers
 * @typedef {import('./snapshot/compare.mjs').Snapshot} Snapshot
 */

/** @type {{ name: string, product: 'postgres' | 'mariadb' }[]} */
export const databases = [
  { name: 'users', product: 'postgres' },
  { name: 'orders', product: 'postgres' },
  { name: 'posts', product: 'mariadb' },
];

/**
 * Creates the databases and fills them; the same rows every time.
 *
 * @param {Servers} servers
 * @param {AbortSignal} signal
 */
export async function load({ postgres, mariadb: mariadbServer }, signal) {
  const inPostgres = async () => {
    await psql({ server: postgres, signal }, await data('postgresql.sql'));
    await Promise.all(
      ['users', 'orders'].map(async (database) =>
        psql({ server: postgres, database, signal }, await data(`${database}.sql`)),
      ),
    );
  };
  const inMariadb = async () => mariadb({ server: mariadbServer, signal }, await data('posts.sql'));
  await Promise.all([inPostgres(), inMariadb()]);
}

/**
 * @param {Servers} servers
 * @param {AbortSignal} signal
 */
export async function drop({ postgres, mariadb: mariadbServer }, signal) {
  await psql({ server: postgres, signal }, 'drop database users;\ndrop database orders;');
  await mariadb({ server: mariadbServer, signal }, 'DROP DATABASE posts;');
}

/**
 * @param {Servers} servers
 * @param {AbortSignal} signal
 * @returns {Promise<Map<string, Snapshot>>} by the database's name
 */
export async function takeSnapshots(servers, signal) {
  const taken = databases.map(async ({ name: database, product }) => {
    const take = product === 'postgres' ? snapshotPostgresql : snapshotMariadb;
    const snapshot = await take({ server: servers[product], database, signal });
    return /** @type {const} */ ([database, snapshot]);
  });
  return new Map(await Promise.all(taken));
}

/** @param {string} file */
function data(file) {
  return readFile(join(import.meta.dirname, 'data', file), 'utf8');
}
