import type { Command } from '@dumpstream/core';
import { connectionArgs, connectionEnv } from './connection.ts';
import { dumpOptions, wants } from './dump-options.ts';
import type { Entry } from './entry.ts';
import { atLeast, families } from './families.ts';
import type { Program } from './programs.ts';

/** Ours, so that neither a long row nor a long routine is refused by the client; the server has a limit of its own. */
const anyLength = '--max-allowed-packet=1G';

export interface DumpPlan {
  readonly dumper: Program;
  readonly entry: Entry;
  /** Left out of the tables' part. */
  readonly views: readonly string[];
  /** A remark in the statements that read rows, by which the session can be found on the server. */
  readonly tag: string;
  /** Whether old versions of rows in system-versioned tables are dumped too. */
  readonly history: boolean;
}

/** Tables and sequences with their data: what can take long, and names its database nowhere (but see `sequences.ts`). */
export function dumpTables({ dumper, entry, views, tag, history }: DumpPlan): Command {
  return dump(dumper, entry, [
    ...(entry.lock_tables === true ? ['--skip-single-transaction', '--lock-tables'] : []),
    ...(entry.tablespaces === true ? ['--skip-no-tablespaces'] : []),
    `--where=1 /* ${tag} */`,
    ...(history ? ['--dump-history'] : []),
    ...views.map((view) => `--ignore-table=${entry.name}.${view}`),
    ...dumpOptions(entry),
    ...['--skip-triggers', '--skip-routines', '--skip-events', '--skip-force'],
    ...['--', entry.name],
  ]);
}

const parts = ['triggers', 'routines', 'events'] as const;

/** Triggers, routines and events. @param views which the program would look at, and fail over those that are broken */
export function dumpPrograms(dumper: Program, entry: Entry, views: readonly string[]): Command {
  return dump(dumper, entry, [
    ...parts.map((part) => (wants(entry, part) ? `--${part}` : `--skip-${part}`)),
    ...views.map((view) => `--ignore-table=${entry.name}.${view}`),
    ...dumpOptions(entry),
    ...['--no-data', '--no-create-info', '--skip-force'],
    ...['--', entry.name],
  ]);
}

export function dumpViews(dumper: Program, entry: Entry, views: readonly string[]): Command {
  return dump(dumper, entry, [
    ...dumpOptions(entry),
    ...['--no-data', '--skip-triggers', '--skip-routines', '--skip-events', '--skip-force'],
    ...['--', entry.name, ...views],
  ]);
}

function dump(dumper: Program, entry: Entry, args: readonly string[]): Command {
  const { dumpArgs } = families[dumper.family];
  return {
    file: dumper.file,
    args: [
      ...dumper.before,
      ...connectionArgs(dumper, entry),
      anyLength,
      // One state of all tables whose engine has transactions, without a lock and without their rows in the client's memory.
      ...['--single-transaction', '--quick'],
      // Data that is no text survives whatever character sets are on the way.
      '--hex-blob',
      // With neither date nor remarks, an unchanged database gives the same bytes, which the archive then keeps once.
      '--skip-comments',
      // LOCK TABLES would refuse tables that take their numbers from a sequence.
      '--skip-add-locks',
      // They belong to the server, and asking for them takes rights on all of it.
      '--no-tablespaces',
      ...dumpArgs.filter(({ since }) => atLeast(dumper.version, since)).map(({ arg }) => arg),
      ...args,
    ],
    env: connectionEnv(entry, dumper.optionFiles),
  };
}

/** Text as a part of a dump. */
export function text(input: string): Command {
  return { file: 'cat', args: [], input };
}

/** SQL of ours; its rows are to be read by `parseRows`. */
export function query(client: Program, entry: Entry, sql: string, init?: string): Command {
  const args = ['--batch', '--skip-column-names', ...(init === undefined ? [] : [`--init-command=${init}`])];
  return { ...speak(client, entry, args), input: sql };
}

/** Runs SQL as a dump has it, routines and remarks included, up to the first error. */
export function script(client: Program, entry: Entry, sql: string, init?: string): Command {
  return { ...loading(client, entry, [], init), input: sql };
}

/** Loads a dump into the entry's database, up to the first error. */
export function load(client: Program, entry: Entry, init?: string): Command {
  return loading(client, entry, [`--database=${entry.name}`], init);
}

/** Loads a dump that chooses its databases itself. */
export function loadDatabases(client: Program, entry: Entry, init?: string): Command {
  return loading(client, entry, [], init);
}

function loading(client: Program, entry: Entry, where: readonly string[], init: string | undefined): Command {
  return speak(client, entry, [
    anyLength,
    // Else the remarks in routines would be lost.
    '--comments',
    ...(init === undefined ? [] : [`--init-command=${init}`]),
    ...where,
  ]);
}

function speak(client: Program, entry: Entry, args: readonly string[]): Command {
  return {
    file: client.file,
    args: [
      ...client.before,
      ...connectionArgs(client, entry),
      ...client.options,
      '--skip-force',
      // Line ends stay as they are, and no line is a command to the client, `system` for one.
      '--binary-mode',
      ...families[client.family].clientArgs,
      ...args,
    ],
    env: connectionEnv(entry, client.optionFiles),
  };
}
