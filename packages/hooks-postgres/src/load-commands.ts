import type { Command } from '@dumpstream/core';
import { command, patience, type ServerTraits } from './commands.ts';
import { connectionArgs } from './connection.ts';
import type { Entry, Format } from './entry.ts';
import { loadOptions } from './load-options.ts';
import type { Program } from './programs.ts';
import { emptyDatabase } from './sql/in-place.ts';

/** How a dump gets into a database. */
export interface Load {
  readonly entry: Entry;
  readonly database: string;
  readonly format: Format;
  readonly psql: Program;
  /** Absent: the dump is plain. */
  readonly pgRestore?: Program;
  readonly id: string;
  readonly traits: ServerTraits;
  /** Whether the database is the live one, whose content is replaced in one transaction; else it is a new one. */
  readonly inPlace: boolean;
  /** Whether nothing is given to the owners that the dump names. */
  readonly noOwner: boolean;
  /** Whether a plain dump drops what it makes. */
  readonly cleans: boolean;
  /** Whether the client that writes the script may set what the server does not know. */
  readonly isNewer: boolean;
}

export interface Directory {
  readonly path: string;
  readonly jobs: number;
}

/** The programs that a dump goes through into its database, one after the other. */
export function loadStream(load: Load): readonly [Command, ...Command[]] {
  const filter = mending(load);
  const mended = filter.length === 0 ? [] : [{ file: 'sed', args: ['-e', filter], env: { LC_ALL: 'C' } }];
  if (load.format === 'plain') return joined([...mended, runScript(load, '-')]);
  return load.isNewer
    ? joined([writeScript(load, '-'), ...mended, runScript(load, '-')])
    : [restore(load, load.inPlace ? ['--single-transaction'] : [])];
}

/** The programs that bring a dump that is a directory into its database; each is run when the one before has ended. */
export function loadDirectory(load: Load, { path, jobs }: Directory): readonly Command[] {
  if (!load.isNewer) return [restore(load, [load.inPlace ? '--single-transaction' : `--jobs=${jobs}`], [path])];
  const [script, mended] = [`${path}/script.sql`, `${path}/mended.sql`];
  const mend = { file: 'sed', args: ['-n', '-e', mending(load), '-e', `w ${mended}`, script], env: { LC_ALL: 'C' } };
  return [writeScript(load, script, [path]), mend, runScript(load, mended)];
}

/** Runs a script that makes its databases itself, and changes from one to the next. */
export function loadCluster(psql: Program, entry: Entry, database: string, id: string): Command {
  return command(psql, entry, [
    ...psqlArgs(loadOptions(entry, 'plain')),
    '--file=-',
    ...connectionArgs(entry, database, { id, settings: { default_transaction_read_only: 'off' } }),
  ]);
}

const psqlArgs = (options: readonly string[]): string[] => [
  ...['--no-psqlrc', '--quiet', '--output=/dev/null'],
  ...options,
  '--set=ON_ERROR_STOP=1',
];

function restore(load: Load, more: readonly string[], path: readonly string[] = []): Command {
  const { pgRestore, entry } = load;
  return command(pgRestore ?? load.psql, entry, [
    ...restoreArgs(load, ['--exit-on-error', ...more]),
    ...target(load),
    ...path,
  ]);
}

/** What pg_restore would have done, as a script that can be mended. */
function writeScript(load: Load, file: string, path: readonly string[] = []): Command {
  const { file: program, args } = load.pgRestore ?? load.psql;
  return { file: program, args: [...args, ...restoreArgs(load, [`--file=${file}`]), ...path] };
}

function restoreArgs({ entry, format, inPlace, noOwner }: Load, more: readonly string[]): string[] {
  return [
    `--format=${format}`,
    ...(noOwner ? ['--no-owner'] : []),
    ...(inPlace ? ['--clean', '--if-exists'] : []),
    ...more,
    ...loadOptions(entry, format),
  ];
}

function runScript(load: Load, file: string): Command {
  const { entry, format, inPlace, cleans } = load;
  const isBare = format === 'plain' && !cleans;
  return command(load.psql, entry, [
    ...psqlArgs(format === 'plain' ? loadOptions(entry, format) : []),
    ...(inPlace ? ['--single-transaction'] : []),
    ...(inPlace && isBare ? [`--command=${emptyDatabase}`] : []),
    `--file=${file}`,
    ...target(load),
  ]);
}

function target({ entry, database, id, traits, inPlace }: Load): string[] {
  const settings = {
    ...patience(traits),
    // The swap's commit, which waits for the disk, makes all commits before it last as well.
    ...(inPlace ? {} : { synchronous_commit: 'off' }),
    default_transaction_read_only: 'off',
  };
  return connectionArgs(entry, database, { id, settings });
}

/**
 * For sed, what has to go from a script's beginning; empty if nothing has. A new client's first lines set what an older
 * server does not know, whatever server the dump is of. A dump made with --clean begins by dropping what is there, and
 * of views that depend on what comes after them it makes empty ones first, which fails where there is nothing yet.
 */
function mending({ isNewer, cleans, inPlace }: Load): string {
  const commands = [
    ...(isNewer ? ['/^SET transaction_timeout = /d'] : []),
    ...(cleans && !inPlace ? ['/^CREATE OR REPLACE VIEW /,/;$/d'] : []),
  ];
  return commands.length === 0 ? '' : ['1,/^-- Name: /{', ...commands, '}'].join('\n');
}

function joined(commands: readonly Command[]): readonly [Command, ...Command[]] {
  return commands as readonly [Command, ...Command[]];
}
