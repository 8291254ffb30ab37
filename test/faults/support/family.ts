import { createHash } from 'node:crypto';
import type { DatabaseHook } from '@dumpstream/core';
import { mariadb } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { snapshotMariadb } from '../../../examples/demo/snapshot/mariadb.mjs';
import { snapshotPostgresql } from '../../../examples/demo/snapshot/postgresql.mjs';
import { startMariadb } from '../../../scripts/servers/mariadb.mjs';
import { startPostgres } from '../../../scripts/servers/postgres.mjs';
import { mariadbOf, psqlOf, servers } from '../../support/servers.ts';
import { mariadbData, postgresqlData, type State } from './data.ts';

/** Where a server is, and who may do everything there. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export interface Account {
  readonly user: string;
  readonly password: string;
}

export type Snapshot = Awaited<ReturnType<typeof snapshotPostgresql>>;

/** What the matrix has to know of a database system. */
export interface Family {
  readonly hook: () => DatabaseHook;
  readonly section: string;
  readonly shared: Connection;
  readonly start: typeof startPostgres;
  /** An account that may do everything, so that its sessions can be told from those of others. */
  makeAccount(server: Connection, account: Account): Promise<void>;
  /** @param databases where it may do something */
  dropAccount(server: Connection, account: Account, databases: readonly string[]): Promise<void>;
  /** One that may come in and read one table of two. */
  makeWeakAccount(server: Connection, account: Account, databases: readonly string[]): Promise<void>;
  /** The database in that state, whatever it was before. */
  fill(server: Connection, owner: Account, database: string, state: State): Promise<void>;
  drop(server: Connection, database: string): Promise<void>;
  snapshot(server: Connection, database: string): Promise<Snapshot>;
  /** What the account has left: sessions, and databases made on the way. */
  leftovers(server: Connection, account: Account, databases: readonly string[]): Promise<Leftovers>;
}

export interface Leftovers {
  readonly sessions: readonly string[];
  readonly databases: readonly string[];
}

const lines = (text: string): string[] => text.split('\n').filter(Boolean);
const signal = new AbortController().signal;

export const postgresqlFamily: Family = {
  hook: postgresql,
  section: 'postgresql_databases',
  shared: servers.postgres,
  start: startPostgres,
  makeAccount: async (server, { user, password }) => {
    await psqlOf(server)('postgres', `create role ${user} superuser login password '${password}'`);
  },
  dropAccount: async (server, { user }, databases) => {
    const perDatabase = databases.map((database) => `\\connect ${database}\ndrop owned by ${user};\n`);
    await psqlOf(server)('postgres', `${perDatabase.join('')}drop role if exists ${user};`);
  },
  makeWeakAccount: async (server, { user, password }, databases) => {
    await psqlOf(server)('postgres', `create role ${user} login password '${password}'`);
    for (const database of databases) await psqlOf(server)(database, `grant select on items to ${user}`);
  },
  fill: async (server, { user }, database, state) => {
    // After a crash a sequence goes on from what is on the disk.
    const settled = server.port === servers.postgres.port ? '' : 'reset role; checkpoint;';
    await psqlOf(server)(
      'postgres',
      `drop database if exists ${database} with (force);
create database ${database} owner ${user};
\\connect ${database}
set role ${user}; ${postgresqlData(state)}; ${settled}`,
    );
  },
  drop: async (server, database) => {
    await psqlOf(server)('postgres', `drop database if exists ${database} with (force)`);
  },
  snapshot: (server, database) => snapshotPostgresql({ server, database, signal }),
  leftovers: async (server, { user }) => ({
    sessions: lines(
      await psqlOf(server)(
        'postgres',
        `select application_name || ' in ' || datname from pg_stat_activity where usename = '${user}'`,
      ),
    ),
    databases: lines(
      await psqlOf(server)(
        'postgres',
        `select datname from pg_database join pg_roles r on r.oid = datdba where rolname = '${user}' and datname like 'dumpstream%'`,
      ),
    ),
  }),
};

export const mariadbFamily: Family = {
  hook: mariadb,
  section: 'mariadb_databases',
  shared: servers.mariadb,
  start: startMariadb,
  makeAccount: async (server, { user, password }) => {
    const make = `create user ${user}@'%' identified by '${password}'; grant all on *.* to ${user}@'%' with grant option;`;
    await mariadbOf(server)('', make);
  },
  dropAccount: async (server, { user }) => {
    await mariadbOf(server)('', `drop user if exists ${user}@'%'`);
  },
  makeWeakAccount: async (server, { user, password }, databases) => {
    const grants = databases.map((database) => `grant select on ${database}.items to ${user}@'%';`);
    await mariadbOf(server)('', `create user ${user}@'%' identified by '${password}'; ${grants.join(' ')}`);
  },
  fill: async (server, _owner, database, state) => {
    await mariadbOf(server)(
      '',
      `drop database if exists ${database}; create database ${database}; use ${database};\n${mariadbData(state)}`,
    );
  },
  drop: async (server, database) => {
    await mariadbOf(server)('', `drop database if exists ${database}`);
  },
  snapshot: (server, database) => snapshotMariadb({ server, database, signal }),
  leftovers: async (server, { user }, databases) => ({
    sessions: lines(
      await mariadbOf(server)(
        '',
        `select concat(ifnull(info, command), ' in ', ifnull(db, '-')) from information_schema.processlist where user = '${user}'`,
      ),
    ),
    databases: lines(
      await mariadbOf(server)(
        '',
        `select schema_name from information_schema.schemata where ${digests(databases, 'schema_name')}
           union all select user from mysql.user where ${digests(databases, 'user')}`,
      ),
    ),
  }),
};

/** Whether a name is one of those that a restore of these databases gives to what it makes on the way. */
function digests(databases: readonly string[], name: string): string {
  const stems = databases.map((database) => createHash('sha256').update(database).digest('hex').slice(0, 20));
  return `(${stems.map((stem) => `${name} like 'dumpstream%${stem}%'`).join(' or ')})`;
}
