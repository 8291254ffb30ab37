import { BackupError, type HookContext } from '@dumpstream/core';
import { clientOptions } from './client-options.ts';
import type { Entry } from './entry.ts';
import { type FamilyName, families } from './families.ts';
import { wordsOf } from './option-words.ts';
import { runOnce } from './run-once.ts';

/** A client or dump program. */
export interface Program {
  readonly file: string;
  /** What comes before all other arguments: of `docker exec -i db mysql`, all but the first word. */
  readonly before: readonly string[];
  readonly family: FamilyName;
  /** `10.11.19`; empty when it does not say. */
  readonly version: string;
  /** Whether the host's option files are read: they are, unless they hold a password that would win over the entry's. */
  readonly optionFiles: boolean;
  /** More arguments, which the entry has for it. */
  readonly options: readonly string[];
}

/** What a client is for decides which of the entry's options it gets. */
export type Purpose = 'backup' | 'restore';

/** Finds the client with which an entry's server is spoken to. */
export async function findClient(
  family: FamilyName,
  entry: Entry,
  purpose: Purpose,
  context: HookContext,
): Promise<Program> {
  const options = clientOptions(entry, purpose === 'restore' ? 'restore_options' : 'list_options');
  return { ...(await find(family, entry, 'command', context)), options };
}

/** Finds the program with which an entry's database is dumped. */
export async function findDumper(family: FamilyName, entry: Entry, context: HookContext): Promise<Program> {
  return find(family, entry, 'dump_command', context);
}

async function find(
  family: FamilyName,
  entry: Entry,
  what: 'command' | 'dump_command',
  context: HookContext,
): Promise<Program> {
  const key = `${family}_${what}` as const;
  const { clients, dumpers } = families[family];
  const installed = what === 'command' ? clients : dumpers;
  const commands = entry[key] === undefined ? installed.map((file) => [file]) : [wordsOf(entry, key)];
  for (const [file = '', ...before] of commands) {
    if (file === '') throw new BackupError('CONFIG_INVALID', `\`${key}\` is empty`, { hint: 'name a program' });
    try {
      const output = await runOnce({ file, args: [...before, '--version'] }, context);
      const { family: own = family, version } = parseVersion(output);
      const program = { file, before, family: own, version, options: [] };
      return { ...program, optionFiles: !(await passwordInOptionFiles(program, entry, context)) };
    } catch (error) {
      if (!(error instanceof BackupError && error.code === 'COMMAND_MISSING')) throw error;
    }
  }
  const files = commands.map(([file]) => file);
  const [verb, hint] =
    files.length === 1
      ? ['is', `it is what \`${key}\` names`]
      : ['are', 'install one of them; on Debian they are in the package mariadb-client'];
  throw new BackupError('COMMAND_MISSING', `${files.join(' and ')} ${verb} not on PATH`, { hint });
}

/** Who a program is shows in what it says, not in its name: `mysqldump` can be MariaDB's. */
export function parseVersion(output: string): { family?: FamilyName; version: string } {
  const version = ['Distrib', 'from', 'Ver'].map((word) => new RegExp(` ${word} (\\d[\\d.]*\\d)`).exec(output)?.[1]);
  const known = version.find((found) => found !== undefined);
  if (known === undefined) return { version: '' };
  return { family: /\d-MariaDB/i.test(output) ? 'mariadb' : 'mysql', version: known };
}

/** A password in `~/.my.cnf` or the like would win over the one that the environment hands over. */
async function passwordInOptionFiles(
  { file, before }: Pick<Program, 'file' | 'before'>,
  entry: Entry,
  context: HookContext,
): Promise<boolean> {
  if (entry.password === undefined) return false;
  const settings = await runOnce({ file, args: [...before, '--print-defaults'] }, context);
  return /(?:^|\s)--(?:skip-|loose-)*pass/.test(settings);
}
