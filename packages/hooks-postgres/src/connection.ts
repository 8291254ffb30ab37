import type { Command } from '@dumpstream/core';
import type { Entry } from './entry.ts';

/** Where an entry's server is, as arguments that all of PostgreSQL's clients understand. */
export function connectionArgs(entry: Entry, database: string): string[] {
  return [
    '--no-password',
    ...(entry.hostname === undefined ? [] : [`--host=${entry.hostname}`]),
    ...(entry.port === undefined ? [] : [`--port=${entry.port}`]),
    ...(entry.username === undefined ? [] : [`--username=${entry.username}`]),
    // A bare name with `=` in it, or like a URI, would be taken for a connection string: so it is given as part of one.
    `--dbname=dbname='${database.replace(/[\\']/g, '\\$&')}' ${keepAlive}`,
  ];
}

/** A server that has gone without a word is noticed within a minute, also while nothing is to be sent. */
const keepAlive = 'keepalives_idle=30 keepalives_interval=10 keepalives_count=3';

/** How the sessions of one attempt are told from all others on the server. */
export function applicationName(id: string): string {
  return `dumpstream ${id}`;
}

/** Settings of a client's session. `settings` are the server's, for the session. */
export function connectionEnv(
  entry: Entry,
  application: string,
  settings: Readonly<Record<string, string>> = {},
  host: NodeJS.ProcessEnv = process.env,
): NonNullable<Command['env']> {
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  return {
    PGAPPNAME: application,
    PGCONNECT_TIMEOUT: host.PGCONNECT_TIMEOUT ?? '15',
    // For explain(): messages of the client in English.
    LC_ALL: 'C',
    LANGUAGE: undefined,
    // A dump is in its database's own encoding, and says so itself.
    PGCLIENTENCODING: undefined,
    ...(options.length === 0 ? {} : { PGOPTIONS: [host.PGOPTIONS ?? '', ...options].join(' ').trim() }),
    // An address from the environment would win over the entry's host.
    ...(entry.hostname === undefined ? {} : { PGHOSTADDR: undefined }),
    ...(entry.password === undefined ? {} : { PGPASSWORD: entry.password }),
  };
}

/**
 * The database from which others are created, renamed and dropped: any that is not the target, since a session in the
 * target would be in its own way.
 */
export function maintenanceDatabase(target: string): string {
  return target === 'postgres' ? 'template1' : 'postgres';
}
