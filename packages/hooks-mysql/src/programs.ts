import { BackupError, type HookContext } from '@dumpstream/core';
import type { Entry } from './entry.ts';
import { type FamilyName, families } from './families.ts';

/** An installed client or dump program. */
export interface Program {
  readonly file: string;
  readonly family: FamilyName;
  /** `10.11.19`; empty when it does not say. */
  readonly version: string;
  /** Whether the host's option files are read: they are, unless they hold a password that would win over the entry's. */
  readonly optionFiles: boolean;
}

/** Finds the client with which an entry's server is spoken to. */
export function findClient(family: FamilyName, entry: Entry, context: HookContext): Promise<Program> {
  return find(families[family].clients, family, entry, context);
}

/** Finds the program with which an entry's database is dumped. */
export function findDumper(family: FamilyName, entry: Entry, context: HookContext): Promise<Program> {
  return find(families[family].dumpers, family, entry, context);
}

async function find(
  files: readonly string[],
  fallback: FamilyName,
  entry: Entry,
  context: HookContext,
): Promise<Program> {
  for (const file of files) {
    try {
      const { family = fallback, version } = parseVersion(await context.run({ file, args: ['--version'] }));
      return { file, family, version, optionFiles: !(await passwordInOptionFiles(file, entry, context)) };
    } catch (error) {
      if (!(error instanceof BackupError && error.code === 'COMMAND_MISSING')) throw error;
    }
  }
  throw new BackupError('COMMAND_MISSING', `${files.join(' and ')} are not on PATH`, {
    hint: 'install one of them; on Debian they are in the package mariadb-client',
  });
}

/** Who a program is shows in what it says, not in its name: `mysqldump` can be MariaDB's. */
export function parseVersion(output: string): { family?: FamilyName; version: string } {
  const version = ['Distrib', 'from', 'Ver'].map((word) => new RegExp(` ${word} (\\d[\\d.]*\\d)`).exec(output)?.[1]);
  const known = version.find((found) => found !== undefined);
  if (known === undefined) return { version: '' };
  return { family: /\d-MariaDB/i.test(output) ? 'mariadb' : 'mysql', version: known };
}

/** A password in `~/.my.cnf` or the like would win over the one that the environment hands over. */
async function passwordInOptionFiles(file: string, entry: Entry, context: HookContext): Promise<boolean> {
  if (entry.password === undefined) return false;
  const settings = await context.run({ file, args: ['--print-defaults'] });
  return /(?:^|\s)--(?:skip-|loose-)*pass/.test(settings);
}
