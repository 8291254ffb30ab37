import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Servers, startServers } from '../../scripts/servers/index.mjs';
import { mariadbOf, psqlOf } from './servers.ts';

/** Servers of a test's own, where it may call databases what it likes and back up all of them. */
export interface OwnServers {
  readonly servers: Servers;
  psql(database: string, sql: string): Promise<string>;
  mariadb(database: string, sql: string): Promise<string>;
  /** All of a database, its own properties included, as the dump command tells it. Two are equal if their databases are. */
  portrait(hook: string, database: string): Promise<string>;
}

/** @param password of both superusers, where it has to be a certain one */
export async function startOwnServers(password?: string): Promise<OwnServers> {
  const started = await startServers({ signals: [] });
  if (password !== undefined) {
    await psqlOf(started.postgres)('postgres', `alter role ${started.postgres.user} password '${password}'`);
    await mariadbOf(started.mariadb)('', `set password = password('${password}')`);
  }
  const knowing = (server: Server): Server => (password === undefined ? server : { ...server, password });
  const servers = { ...started, postgres: knowing(started.postgres), mariadb: knowing(started.mariadb) };
  const { postgres, mariadb } = servers;
  return {
    servers,
    psql: psqlOf(postgres),
    mariadb: mariadbOf(mariadb),
    portrait: (hook, database) =>
      hook === 'postgresql_databases' ? postgresPortrait(postgres, database) : mariadbPortrait(mariadb, database),
  };
}

type Server = Servers['postgres'];

async function postgresPortrait({ host, port, user, password }: Server, database: string): Promise<string> {
  const dump = await output('pg_dump', ['--create', `--host=${host}`, `--port=${port}`, `--username=${user}`], {
    PGDATABASE: database,
    PGPASSWORD: password,
  });
  // Random in every dump.
  return dump.replaceAll(/^\\(un)?restrict .*$/gm, '');
}

function mariadbPortrait({ host, port, user, password }: Server, database: string): Promise<string> {
  const connection = ['--no-defaults', `--host=${host}`, `--port=${port}`, `--user=${user}`];
  const everything = ['--databases', '--routines', '--events', '--triggers', '--hex-blob', '--skip-comments'];
  return output('mariadb-dump', [...connection, ...everything, '--', database], { MYSQL_PWD: password });
}

async function output(file: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  const options = { env: { ...process.env, ...env }, maxBuffer: 256 * 1024 * 1024 };
  return (await promisify(execFile)(file, args, options)).stdout;
}
