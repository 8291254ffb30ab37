import { setMaxListeners } from 'node:events';
import { mariadb, psql } from '../../examples/demo/clients.mjs';
import { run } from '../support/timed.mjs';
import { fillMariadb, mariadbRowBytes } from './mariadb.mjs';
import { fillPostgresql, postgresqlRowBytes } from './postgresql.mjs';

/**
 * @import { Server, Servers } from '../../scripts/servers/index.mjs'
 * @import { Lab } from '../support/lab.mjs'
 *
 * @typedef {object} Database
 * @property {'postgresql' | 'mariadb'} kind
 * @property {string} name
 * @property {number} rows of its large table
 * @property {number} bytes of a dump
 */

/** Nobody interrupts one alone. */
const { signal } = new AbortController();
setMaxListeners(0, signal);

/**
 * @param {Server} server
 * @param {string} database
 * @param {string} sql
 */
export const inPostgresql = (server, database, sql) => psql({ server, database, signal }, sql);

/**
 * A shop's customers and events, or an editor's authors and articles: the same each time, and no two rows alike.
 *
 * @param {Servers} servers
 * @param {Database['kind']} kind
 * @param {string} name
 * @param {number} bytes of its dump, about
 * @returns {Promise<Database>}
 */
export async function makeDatabase({ postgres, mariadb: other }, kind, name, bytes) {
  const rows = Math.round(bytes / (kind === 'postgresql' ? postgresqlRowBytes : mariadbRowBytes));
  if (kind === 'postgresql') {
    await inPostgresql(postgres, 'postgres', `create database ${name}`);
    await inPostgresql(postgres, name, fillPostgresql(name, rows));
  } else {
    await mariadb({ server: other, signal }, `create database ${name} character set utf8mb4`);
    await mariadb({ server: other, database: name, signal }, fillMariadb(name, rows));
  }
  return { kind, name, rows, bytes: await dumpSize(kind === 'postgresql' ? postgres : other, kind, name) };
}

/** Bytes of a small database's dump, about. */
const small = 130_000;

/** One large database of each system. @param {Pick<Lab, 'servers' | 'sizes'>} lab */
export async function makeTwoDatabases({ servers, sizes }) {
  return [
    await makeDatabase(servers, 'postgresql', 'shop', sizes.postgresql),
    await makeDatabase(servers, 'mariadb', 'news', sizes.mariadb),
  ];
}

/** Many small databases, half of each system. @param {Pick<Lab, 'servers' | 'sizes'>} lab */
export async function makeManyDatabases({ servers, sizes }) {
  /** @type {Database[]} */
  const databases = [];
  for (let n = 1; n <= sizes.many; n++) {
    const kind = n % 2 === 0 ? 'mariadb' : 'postgresql';
    databases.push(await makeDatabase(servers, kind, `small_${n}`, small));
  }
  return databases;
}

/**
 * @param {Servers} servers
 * @param {Database} database
 * @param {number} round each changes other rows
 */
export async function updateNeighbours(servers, { kind, name, rows }, round) {
  const first = Math.floor(rows * ((0.11 + 0.17 * round) % 0.9));
  const these = `where id between ${first} and ${first + Math.ceil(rows * 0.005)}`;
  if (kind === 'postgresql') {
    await inPostgresql(servers.postgres, name, `update events set path = path || '?round=${round}' ${these}`);
  } else {
    await mariadb(
      { server: servers.mariadb, database: name, signal },
      `update articles set title = concat(title, ' (${round})') ${these}`,
    );
  }
}

/**
 * Takes something out, so that a restore that does nothing is seen.
 *
 * @param {Servers} servers
 * @param {Database} database
 */
export async function damage(servers, { kind, name }) {
  if (kind === 'postgresql') {
    await inPostgresql(servers.postgres, name, 'delete from events where id <= 100; checkpoint');
  } else {
    await mariadb({ server: servers.mariadb, database: name, signal }, 'delete from articles where id <= 100');
  }
}

/**
 * @param {Servers} servers
 * @param {Database} database
 * @returns {Promise<string>} the same for two states only if every row is
 */
export function contentOf(servers, { kind, name }) {
  if (kind === 'mariadb') {
    const sql =
      'select count(*) from authors; select count(*) from articles; checksum table authors, articles extended';
    return mariadb({ server: servers.mariadb, database: name, signal }, sql);
  }
  const each = ['customers', 'events'].map(
    (table) => `select count(*), sum(hashtextextended(t::text, 0)) from ${table} t;`,
  );
  return inPostgresql(servers.postgres, name, each.join('\n'));
}

/**
 * @param {Server} server
 * @param {Database['kind']} kind
 * @param {string} name
 */
async function dumpSize({ host, port, user, password }, kind, name) {
  const connection = [`--host=${host}`, `--port=${port}`];
  const dump =
    kind === 'postgresql'
      ? ['pg_dump', '--format=custom', '--compress=0', ...connection, `--username=${user}`, name]
      : ['mariadb-dump', '--no-defaults', '--single-transaction', ...connection, `--user=${user}`, name];
  const env = { PGPASSWORD: password, MYSQL_PWD: password };
  return Number(await run({ file: 'sh', args: ['-c', '"$@" | wc -c', 'sh', ...dump], env }));
}
