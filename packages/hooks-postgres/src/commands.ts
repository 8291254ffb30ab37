import type { Command } from '@dumpstream/core';
import { connectionArgs, connectionEnv, type Session } from './connection.ts';
import { compressionArgs, dumpOptions } from './dump-options.ts';
import type { Entry, Format } from './entry.ts';
import { loadOptions, psqlOptions } from './load-options.ts';
import type { Program } from './programs.ts';
import { emptyDatabase } from './sql/in-place.ts';

/** What the commands need to know of a server. */
export interface ServerTraits {
  /** Whether it can end a statement whose client has gone, instead of finishing it first. */
  readonly noticesDeadClients: boolean;
}

const patience = (traits: ServerTraits): Record<string, string> =>
  traits.noticesDeadClients ? { client_connection_check_interval: '500' } : {};

function command({ file, args }: Program, entry: Entry, more: readonly string[]): Command {
  return { file, args: [...args, ...more], env: connectionEnv(entry) };
}

/** A script of ours; it prints bare values. */
export function psql(
  program: Program,
  entry: Entry,
  database: string,
  id: string,
  input: string,
  options: readonly string[] = [],
): Command {
  const args = [
    ...['--no-psqlrc', '--quiet', ...options, '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1'],
    ...connectionArgs(entry, database, { id, encoding: 'UTF8' }),
  ];
  return { ...command(program, entry, args), input };
}

/**
 * Uncompressed, unless the entry says otherwise: the archive compresses, and finds what is the same as last time.
 * @param directory an empty one, for a dump of that format
 * @throws BackupError `CONFIG_INVALID` when the entry's `options` or `compression` cannot be used
 */
export function dump(
  program: Program,
  entry: Entry,
  id: string,
  traits: ServerTraits,
  directory?: { readonly path: string; readonly jobs: number },
): Command {
  return command(program, entry, [
    `--format=${entry.format ?? 'custom'}`,
    ...compressionArgs(entry),
    ...(entry.no_owner ? ['--no-owner'] : []),
    ...(directory === undefined ? [] : [`--file=${directory.path}`, `--jobs=${directory.jobs}`]),
    ...connectionArgs(entry, entry.name, { id, settings: patience(traits) }),
    ...dumpOptions(entry).words,
  ]);
}

/** What belongs to no database, as an SQL script. */
export function dumpGlobals(program: Program, entry: Entry, id: string, passwords: boolean): Command {
  const { role } = dumpOptions(entry);
  return command(program, entry, [
    '--globals-only',
    ...(passwords ? [] : ['--no-role-passwords']),
    ...(role === undefined ? [] : [`--role=${role}`]),
    ...connectionArgs(entry, undefined, { id, encoding: 'UTF8' }),
  ]);
}

/** What a load takes besides its dump. */
export interface Load {
  readonly program: Program;
  readonly entry: Entry;
  readonly format: Format;
  readonly id: string;
  readonly traits: ServerTraits;
  /** Whether nothing is given to the owners that the dump names. */
  readonly noOwner: boolean;
  /** Of a dump that is a directory. */
  readonly directory?: { readonly path: string; readonly jobs: number };
}

/** Loads a dump into an empty database that nobody uses yet. */
export function load(job: Load, database: string): Command {
  const jobs = job.directory === undefined ? [] : [`--jobs=${job.directory.jobs}`];
  // The swap's commit, which waits for the disk, makes all commits before it last as well.
  return loader(job, database, jobs, [], { synchronous_commit: 'off' });
}

/**
 * Replaces the content of a database by a dump, in one transaction.
 * @param cleans whether a plain dump itself drops what it replaces
 */
export function loadInPlace(job: Load, cleans = false): Command {
  const pgRestore = ['--single-transaction', '--clean', '--if-exists'];
  const plain = ['--single-transaction', ...(cleans ? [] : [`--command=${emptyDatabase}`])];
  return loader(job, job.entry.name, pgRestore, plain, {});
}

function loader(
  { program, entry, format, id, traits, noOwner, directory }: Load,
  database: string,
  pgRestore: readonly string[],
  plain: readonly string[],
  settings: Readonly<Record<string, string>>,
): Command {
  const options = loadOptions(entry, format);
  const args =
    format === 'plain'
      ? ['--no-psqlrc', '--quiet', '--output=/dev/null', ...options, '--set=ON_ERROR_STOP=1', ...plain, '--file=-']
      : [`--format=${format}`, '--exit-on-error', ...(noOwner ? ['--no-owner'] : []), ...pgRestore, ...options];
  const session: Session = { id, settings: { ...patience(traits), ...settings, default_transaction_read_only: 'off' } };
  const path = directory === undefined ? [] : [directory.path];
  return command(program, entry, [...args, ...connectionArgs(entry, database, session), ...path]);
}

/** Collects what the server's planner has to know of a database's content. */
export function analyze(program: Program, entry: Entry, database: string, id: string): Command {
  const args = ['--no-psqlrc', '--quiet', ...psqlOptions('analyze_options', entry), '--command=ANALYZE'];
  return command(program, entry, [...args, ...connectionArgs(entry, database, { id })]);
}

/** Runs a script that makes its databases itself, and changes from one to the next. */
export function loadScript(program: Program, entry: Entry, database: string, id: string): Command {
  const options = loadOptions(entry, 'plain');
  const args = ['--no-psqlrc', '--quiet', '--output=/dev/null', ...options, '--set=ON_ERROR_STOP=1', '--file=-'];
  const settings = { default_transaction_read_only: 'off' };
  return command(program, entry, [...args, ...connectionArgs(entry, database, { id, settings })]);
}
