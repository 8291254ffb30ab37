import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { BackupError, type HookContext } from '@dumpstream/core';
import type { Entry } from './entry.ts';
import { wordsOf } from './options.ts';

export type ProgramName = 'psql' | 'pg_dump' | 'pg_dumpall' | 'pg_restore';

/** How a client program is started. */
export interface Program {
  readonly file: string;
  /** What comes before its own arguments: `docker exec -i db pg_dump` is one. */
  readonly args: readonly string[];
  /** Its version, as far as its place tells; `unknown` of a command that the entry gives. */
  readonly major: number | 'unknown' | undefined;
}

/**
 * The program to use, by preference: the command that the entry gives; the first on the host's `PATH`, unless it is
 * known to be older than the server; of those installed the one nearest to the server that is not older. A newer one
 * makes dumps that the server's own version may not read back. Nothing is remembered between calls.
 * @param server major version of the server, once it is known
 * @throws BackupError `COMMAND_MISSING`, `CONFIG_INVALID`
 */
export async function findProgram(name: ProgramName, entry: Entry, server?: number): Promise<Program> {
  const replaced = replacement(name, entry);
  if (replaced !== undefined) return replaced;
  const [first, ...others] = await onPath(name);
  if (first === undefined) return missing(name);
  const isWrapper = first.isWrapper && namesServer(entry);
  if (!isWrapper && (server === undefined || first.major === undefined || first.major >= server)) return program(first);
  const installed = [first, ...others, ...(await inKnownPlaces(name))].filter(({ major }) => major !== undefined);
  return program(nearest(installed, server) ?? first);
}

/** The same, looked for once in a call. */
export function programFor(context: HookContext, name: ProgramName, entry: Entry, server?: number): Promise<Program> {
  const given = [entry[`${name}_command`], name === 'pg_dumpall' ? entry.pg_dump_command : undefined];
  const key = JSON.stringify(['program', name, given, namesServer(entry), server]);
  return context.once(key, () => findProgram(name, entry, server));
}

/** A program whose command the entry gives, or that is beside one. */
function replacement(name: ProgramName, entry: Entry): Program | undefined {
  const words = entry[`${name}_command`] === undefined ? [] : wordsOf(`${name}_command`, entry[`${name}_command`]);
  const [file, ...args] = words.length === 0 && name === 'pg_dumpall' ? besideDump(entry) : words;
  return file === undefined ? undefined : { file, args, major: 'unknown' };
}

/** `docker exec db pg_dumpall`, where only `docker exec db pg_dump` is given. */
function besideDump(entry: Entry): string[] {
  const words = wordsOf('pg_dump_command', entry.pg_dump_command);
  const last = words.at(-1);
  return last !== undefined && /(?:^|\/)pg_dump$/.test(last) ? [...words.slice(0, -1), `${last}all`] : [];
}

interface Candidate {
  readonly file: string;
  readonly major: number | undefined;
  /** Debian's, which looks for the version of a local server first, and starts a Perl each time. */
  readonly isWrapper: boolean;
}

function program({ file, major }: Candidate): Program {
  return { file, args: [], major };
}

/** With nothing said of where the server is, Debian's wrapper is the one to know. */
function namesServer({ hostname, socket_path }: Entry): boolean {
  const { PGHOST, PGHOSTADDR, PGSERVICE, PGCLUSTER } = process.env;
  return (
    PGCLUSTER === undefined && [hostname, socket_path, PGHOST, PGHOSTADDR, PGSERVICE].some((at) => at !== undefined)
  );
}

function nearest(candidates: readonly Candidate[], server: number | undefined): Candidate | undefined {
  const byAge = [...candidates].sort((a, b) => (a.major ?? 0) - (b.major ?? 0));
  const newest = byAge.at(-1);
  return server === undefined ? newest : (byAge.find(({ major = 0 }) => major >= server) ?? newest);
}

async function onPath(name: string): Promise<Candidate[]> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return found(folders.map((folder) => join(folder, name)));
}

/** Where Debian, Red Hat and Homebrew keep several versions side by side. */
const roots = ['/usr/lib/postgresql', '/usr', '/opt/homebrew/opt', '/usr/local/opt'];

async function inKnownPlaces(name: string): Promise<Candidate[]> {
  const folders = await Promise.all(
    roots.map(async (root) => {
      const children = await readdir(root).catch(() => []);
      return children.map((child) => join(root, child, 'bin')).filter((folder) => versionIn(folder) !== undefined);
    }),
  );
  return found(folders.flat().map((folder) => join(folder, name)));
}

async function found(files: readonly string[]): Promise<Candidate[]> {
  const candidates = await Promise.all(
    files.map(async (file): Promise<Candidate[]> => {
      if (!(await isExecutable(file))) return [];
      const target = await realpath(file);
      return [{ file, major: versionIn(dirname(target)), isWrapper: target.endsWith('/postgresql-common/pg_wrapper') }];
    }),
  );
  return candidates.flat();
}

/** Of `/usr/lib/postgresql/15/bin`, `/usr/pgsql-15/bin`, `/opt/homebrew/Cellar/postgresql@15/15.4/bin`: 15. */
function versionIn(folder: string): number | undefined {
  const [, major] = /\/(?:postgresql\/|pgsql-|postgresql@)(\d+)(?:\/[\w.]+)?\/bin$/.exec(folder) ?? [];
  return major === undefined ? undefined : Number(major);
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

function missing(name: ProgramName): never {
  throw new BackupError('COMMAND_MISSING', `the command ${name} was not found`, {
    hint: `install PostgreSQL's client programs, put their directory on PATH, or name the command in \`${name}_command\``,
  });
}
