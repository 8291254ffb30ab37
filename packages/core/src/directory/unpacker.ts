import { join } from 'node:path';
import { runChild, startChild } from '../process/child.ts';
import { itemOfChildren } from '../process/item-of-children.ts';
import type { ItemReader, RepositoryContext } from '../repository.ts';
import { programCommand, programError } from './program.ts';
import type { FileEntry } from './record.ts';

/** What the program is told. */
export interface UnpackOrder {
  readonly files: readonly (Pick<FileEntry, 'path' | 'bytes' | 'stored'> & {
    /** Absolute, as is `to`. */
    readonly from: string;
    readonly to?: string;
  })[];
  readonly into: 'stdout' | 'files' | 'nothing';
}

/** Files of one archive, and where it lies. */
export interface StoredFiles {
  readonly directory: string;
  readonly files: readonly FileEntry[];
  /** For errors: the archive and its repository. */
  readonly what: string;
  readonly repository: string;
}

/** Their bytes, one file after the other. The end is held back until all of them were what was stored. */
export async function streamFiles(stored: StoredFiles, context: RepositoryContext): Promise<ItemReader> {
  return itemOfChildren(context, [(stdout) => startChild(order(stored, 'stdout'), { stdout })], (exit) =>
    programError(exit, stored.what, stored.repository),
  );
}

/** Of files that are small enough to be held. */
export async function readText(stored: StoredFiles, { signal }: RepositoryContext): Promise<string> {
  return run(stored, order(stored, 'stdout'), signal);
}

/** @param nameOf where each of them comes to lie below the destination */
export async function writeFiles(
  stored: StoredFiles,
  destination: string,
  nameOf: (path: string) => string,
  { signal }: RepositoryContext,
): Promise<void> {
  await run(
    stored,
    order(stored, 'files', (path) => join(destination, nameOf(path))),
    signal,
  );
}

/** @returns a line for each that is not what was stored */
export async function findDamage(stored: StoredFiles, signal: AbortSignal): Promise<readonly string[]> {
  const lines = await run(stored, order(stored, 'nothing'), signal);
  return lines.split('\n').filter((line) => line !== '');
}

function order({ directory, files }: StoredFiles, into: UnpackOrder['into'], toOf?: (path: string) => string) {
  const told: UnpackOrder = {
    into,
    files: files.map(({ path, bytes, stored }) => ({
      path,
      bytes,
      stored,
      from: join(directory, stored.file),
      ...(toOf === undefined ? {} : { to: toOf(path) }),
    })),
  };
  return programCommand('unpack', JSON.stringify(told));
}

async function run(
  { what, repository }: StoredFiles,
  command: ReturnType<typeof programCommand>,
  signal: AbortSignal,
): Promise<string> {
  const exit = await runChild(command, signal);
  if (exit.code !== 0) throw programError(exit, what, repository);
  return exit.stdout;
}
