import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BackupError } from '../errors.ts';
import type { ChildCommand, Exit } from '../process/child.ts';

/** The program beside this file, or beside the file that this one is bundled into. */
const program = fileURLToPath(new URL('./program/main.mjs', import.meta.url));

/**
 * @param verb what the program is to do
 * @param input what it reads
 * @throws BackupError COMMAND_MISSING
 */
export function programCommand(verb: 'pack' | 'unpack', input: NonNullable<ChildCommand['input']>): ChildCommand {
  if (!existsSync(program)) {
    throw new BackupError('COMMAND_MISSING', `a part of @dumpstream/core was not found: ${program}`, {
      hint: 'where the host is bundled, leave @dumpstream/core out of the bundle: its directory engine runs a program of its own',
    });
  }
  // What the host's Node was told, such as to listen for a debugger, is not meant for this one.
  const env = { NODE_OPTIONS: undefined, NODE_V8_COVERAGE: undefined, ELECTRON_RUN_AS_NODE: '1' };
  return { file: process.execPath, args: [program, verb], env, input };
}

/** Why the program ended, as it says itself where it can. */
export function programError({ code, signal, stderr }: Exit, what: string, repository: string): BackupError {
  const said = lastWords(stderr);
  if (said !== undefined) return storageError(said, what, repository);
  const end = signal === undefined ? `exit status ${code}` : `signal ${signal}`;
  return new BackupError(
    'REPOSITORY_FAILED',
    `${what}: the program that stores the bytes ended with ${end}: ${stderr}`,
    {
      repository,
    },
  );
}

function lastWords(stderr: string): { code: string; message: string } | undefined {
  try {
    return JSON.parse(stderr.split('\n').at(-1) ?? '');
  } catch {
    return undefined;
  }
}

/** What the file system says, with what to do about it. */
export function storageError(thrown: unknown, what: string, repository: string): BackupError {
  if (thrown instanceof BackupError) return thrown;
  const { code = '', message } = thrown as { readonly code?: string; readonly message: string };
  return new BackupError('REPOSITORY_FAILED', `${what}: ${message}`, { repository, hint: hints[code], cause: thrown });
}

const rights = 'check who owns the repository, and that it may be written to';
const full = 'free some space in the repository: remove archives that are not needed any more';
const hints: Readonly<Record<string, string>> = {
  ENOSPC: full,
  EDQUOT: full,
  EACCES: rights,
  EPERM: rights,
  ENOTEMPTY: 'there is an archive of that name already; two runs need two names',
  EROFS: 'the repository is on a file system that is mounted read-only',
};
