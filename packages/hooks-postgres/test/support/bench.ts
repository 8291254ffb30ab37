import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { backup, type Config, initRepository, parseConfig } from '@dumpstream/core';
import { postgresql } from '@dumpstream/hooks-postgres';
import { entryOf, psql, servers, tempDir } from '../../../../test/support/servers.ts';

/** How an entry of the configuration reaches a server as its superuser. */
export interface Connection {
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

export function connection(): Connection {
  return entryOf(servers.postgres);
}

export interface Bench {
  readonly repository: string;
  /** The whole configuration as YAML would give it. */
  plain(...entries: readonly object[]): object;
  config(...entries: readonly object[]): Config;
  /** Backs up, and returns the archive's name. */
  archive(...entries: readonly object[]): Promise<string>;
}

let shared: Promise<Bench> | undefined;

/** A repository, the same for all tests of a file, of which each restores the archive it made last. */
export function bench(): Promise<Bench> {
  shared ??= makeBench();
  return shared;
}

/** An empty repository, and configurations of it. */
async function makeBench(): Promise<Bench> {
  const directory = await tempDir();
  const repository = join(directory, 'repository');
  const plain = (...entries: readonly object[]) => ({
    repositories: [repository],
    borgmatic_source_directory: directory,
    postgresql_databases: entries.map((entry) => ({ ...connection(), ...entry })),
  });
  const config = (...entries: readonly object[]) => parseConfig(plain(...entries), { hooks: [postgresql()] });
  await initRepository(config(), { encryption: 'none' });
  const archive = async (...entries: readonly object[]) => {
    const { repositories } = await backup(config(...entries));
    return repositories[0]?.archive ?? '';
  };
  return { repository, plain, config, archive };
}

const run = promisify(execFile);

/** All of a database as pg_dump sees it, its own properties included. Two are equal if their databases are. */
export async function portrait(database: string, at: Connection = connection()): Promise<string> {
  const { hostname, port, username, password } = at;
  const args = ['--create', '--encoding=UTF8', `--host=${hostname}`, `--port=${port}`, `--username=${username}`];
  const { stdout } = await run('pg_dump', args, {
    env: { ...process.env, PGDATABASE: database, PGPASSWORD: password },
    maxBuffer: 256 * 1024 * 1024,
  });
  // Random in every dump.
  return stdout.replaceAll(/^\\(un)?restrict .*$/gm, '');
}

/** What the catalogue has of a database's own properties, its oid left out. */
export function catalogue(database: string): Promise<string> {
  const name = `'${database.replaceAll("'", "''")}'`;
  return psql(
    'postgres',
    `select to_jsonb(d) - 'oid' - 'datfrozenxid' - 'datminmxid' - 'datacl',
       (select array_agg(a::text order by a::text) from unnest(coalesce(datacl, acldefault('d', datdba))) a),
       (select array_agg((setrole::regrole, setconfig)::text order by setrole) from pg_db_role_setting where setdatabase = d.oid),
       shobj_description(d.oid, 'pg_database')
     from pg_database d where datname = ${name}`,
  );
}

/** Databases that restores have made beside the live ones, and sessions of dumps and restores. */
export async function leftovers(live: string): Promise<string[]> {
  const name = `'${live.replaceAll("'", "''")}'`;
  // Other tests restore on the same server: only what is about this database counts.
  const answer = await psql(
    'postgres',
    `select 'database ' || datname from pg_database
       where shobj_description(oid, 'pg_database') like 'dumpstream: %' || quote_ident(${name}) || '%'
     union all select 'session of ' || application_name from pg_stat_activity
       where datname = ${name} and application_name like 'dumpstream %'`,
  );
  return answer === '' ? [] : answer.split('\n');
}
