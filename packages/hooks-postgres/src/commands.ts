import type { Command } from '@dumpstream/core';
import { applicationName, connectionArgs, connectionEnv } from './connection.ts';
import { dumpOptions } from './dump-options.ts';
import type { Entry, Format } from './entry.ts';
import { emptyDatabase } from './sql/in-place.ts';

/** What the commands need to know of a server. */
export interface ServerTraits {
  /** Whether it can end a statement whose client has gone, instead of finishing it first. */
  readonly noticesDeadClients: boolean;
}

const patience = (traits: ServerTraits): Record<string, string> =>
  traits.noticesDeadClients ? { client_connection_check_interval: '500' } : {};

/** A script of ours; it prints bare values. */
export function psql(entry: Entry, database: string, id: string, input: string): Command {
  return {
    file: 'psql',
    args: [
      '--no-psqlrc',
      '--quiet',
      '--tuples-only',
      '--no-align',
      '--set=ON_ERROR_STOP=1',
      ...connectionArgs(entry, database),
    ],
    input,
    env: { ...connectionEnv(entry, applicationName(id)), PGCLIENTENCODING: 'UTF8' },
  };
}

/**
 * Uncompressed, unless `options` say otherwise: the archive compresses, and finds what is the same as last time.
 * @throws BackupError `CONFIG_INVALID` when the entry's `options` cannot be used
 */
export function dump(entry: Entry, id: string, traits: ServerTraits): Command {
  const format = entry.format ?? 'custom';
  return {
    file: 'pg_dump',
    args: [
      `--format=${format}`,
      ...(format === 'custom' ? ['--compress=0'] : []),
      ...connectionArgs(entry, entry.name),
      ...dumpOptions(entry.options ?? '', format),
    ],
    env: connectionEnv(entry, applicationName(id), patience(traits)),
  };
}

/** Loads a dump into an empty database that nobody uses yet. */
export function load(entry: Entry, database: string, format: Format, id: string, traits: ServerTraits): Command {
  // The swap's commit, which waits for the disk, makes all commits before it last as well.
  return loader(entry, database, format, id, [], [], { ...patience(traits), synchronous_commit: 'off' });
}

/** Replaces the content of a database by a dump, in one transaction. */
export function loadInPlace(entry: Entry, format: Format, id: string, traits: ServerTraits): Command {
  const pgRestore = ['--single-transaction', '--clean', '--if-exists'];
  const plain = ['--single-transaction', `--command=${emptyDatabase}`, '--file=-'];
  return loader(entry, entry.name, format, id, pgRestore, plain, patience(traits));
}

function loader(
  entry: Entry,
  database: string,
  format: Format,
  id: string,
  pgRestore: readonly string[],
  plain: readonly string[],
  settings: Readonly<Record<string, string>>,
): Command {
  const args =
    format === 'plain'
      ? ['--no-psqlrc', '--quiet', '--output=/dev/null', '--set=ON_ERROR_STOP=1', ...plain]
      : [`--format=${format}`, '--exit-on-error', ...pgRestore];
  return {
    file: format === 'plain' ? 'psql' : 'pg_restore',
    args: [...args, ...connectionArgs(entry, database)],
    env: connectionEnv(entry, applicationName(id), { ...settings, default_transaction_read_only: 'off' }),
  };
}
