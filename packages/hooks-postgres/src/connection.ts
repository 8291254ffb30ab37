import type { Command } from '@dumpstream/core';
import type { Entry } from './entry.ts';

/** What a client's session is besides its database. */
export interface Session {
  /** Tells the sessions of one attempt from all others on the server. */
  readonly id: string;
  /** The server's settings, for the session. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Absent: the database's own, which a dump is in and names itself. */
  readonly encoding?: string;
}

/**
 * Where an entry's server is, as arguments that all of PostgreSQL's clients understand. What is no secret and no file
 * of this host goes through them, and so into a container as well, where the environment ends.
 */
export function connectionArgs(
  entry: Entry,
  database: string | undefined,
  session: Session,
  host: NodeJS.ProcessEnv = process.env,
): string[] {
  const at = entry.socket_path ?? entry.hostname;
  const settings = Object.entries(session.settings ?? {}).map(([name, value]) => `-c ${name}=${value}`);
  return [
    '--no-password',
    ...(at === undefined ? [] : [`--host=${at}`]),
    ...(entry.port === undefined ? [] : [`--port=${entry.port}`]),
    ...(entry.username === undefined ? [] : [`--username=${entry.username}`]),
    // A bare name with `=` in it, or like a URI, would be taken for a connection string: so it is given as part of one.
    `--dbname=${connectionString({
      dbname: database,
      application_name: applicationName(session.id),
      connect_timeout: host.PGCONNECT_TIMEOUT ?? '15',
      client_encoding: session.encoding,
      options: settings.length === 0 ? undefined : [host.PGOPTIONS ?? '', ...settings].join(' ').trim(),
      // A server that has gone without a word is noticed within a minute, also while nothing is to be sent.
      keepalives_idle: '30',
      keepalives_interval: '10',
      keepalives_count: '3',
    })}`,
  ];
}

function connectionString(parameters: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(parameters)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}='${value.replace(/[\\']/g, '\\$&')}'`]))
    .join(' ');
}

export function applicationName(id: string): string {
  return `dumpstream ${id}`;
}

/** What a client needs of an entry and may not show. */
export function connectionEnv(entry: Entry): NonNullable<Command['env']> {
  const given = {
    PGPASSWORD: entry.password,
    PGSSLMODE: entry.ssl_mode,
    PGSSLCERT: entry.ssl_cert,
    PGSSLKEY: entry.ssl_key,
    PGSSLROOTCERT: entry.ssl_root_cert,
    PGSSLCRL: entry.ssl_crl,
  };
  return {
    // For explain(): messages of the client in English.
    LC_ALL: 'C',
    LANGUAGE: undefined,
    // A dump is in its database's own encoding, and says so itself.
    PGCLIENTENCODING: undefined,
    // An address from the environment would win over the entry's host.
    ...(entry.socket_path === undefined && entry.hostname === undefined ? {} : { PGHOSTADDR: undefined }),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

/**
 * The databases from which others are created, renamed and dropped, the first that is there: any that is not the
 * target, since a session in the target would be in its own way.
 */
export function maintenanceDatabases(target?: string): readonly string[] {
  return ['postgres', 'template1'].filter((name) => name !== target);
}
