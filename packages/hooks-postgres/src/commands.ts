import type { Command } from '@dumpstream/core';
import { connectionArgs, connectionEnv } from './connection.ts';
import { compressionArgs, dumpOptions } from './dump-options.ts';
import type { Entry } from './entry.ts';
import { psqlOptions } from './load-options.ts';
import type { Program } from './programs.ts';

/** What the commands need to know of a server. */
export interface ServerTraits {
  /** Whether it can end a statement whose client has gone, instead of finishing it first. */
  readonly noticesDeadClients: boolean;
}

export const patience = (traits: ServerTraits): Record<string, string> =>
  traits.noticesDeadClients ? { client_connection_check_interval: '500' } : {};

/** A client program with arguments of ours, and what it needs of the entry in its environment. */
export function command({ file, args }: Program, entry: Entry, more: readonly string[]): Command {
  return { file, args: [...args, ...more], env: connectionEnv(entry) };
}

/** A script of ours, or without one a session that takes them; it prints bare values. */
export function psql(
  program: Program,
  entry: Entry,
  database: string,
  id: string,
  input?: string,
  options: readonly string[] = [],
): Command {
  const args = [
    ...['--no-psqlrc', '--quiet', ...options, '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1'],
    ...connectionArgs(entry, database, { id, encoding: 'UTF8' }),
  ];
  return { ...command(program, entry, args), ...(input === undefined ? {} : { input }) };
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

/** Collects what the server's planner has to know of a database's content. */
export function analyze(program: Program, entry: Entry, database: string, id: string): Command {
  const args = ['--no-psqlrc', '--quiet', ...psqlOptions('analyze_options', entry), '--command=ANALYZE'];
  return command(program, entry, [...args, ...connectionArgs(entry, database, { id })]);
}
