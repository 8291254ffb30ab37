import { lstat, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BackupError } from '../errors.ts';
import { isAtOrBelow } from '../place.ts';
import type { ArchiveEntry, ArchiveReader, RepositoryContext } from '../repository.ts';
import type { FileEntry, IndexEntry } from './record.ts';
import { findDamage, readText, type StoredFiles, streamFiles, writeFiles } from './unpacker.ts';

/** An archive that is there, with what its index says of it. */
export interface OpenedArchive extends Omit<StoredFiles, 'files'> {
  readonly entries: readonly IndexEntry[];
}

/** Reads an archive of dumps. */
export function readArchive(archive: OpenedArchive, context: RepositoryContext): ArchiveReader {
  const at = (...paths: readonly string[]) => paths.map((path) => fileAt(archive, path));
  const below = (paths: readonly string[]) => entriesBelow(archive, paths);
  return {
    together: true,
    entries: () => Promise.all(archive.entries.map((entry) => describe(archive, entry))),
    file: async (path) => {
      const found = archive.entries.find((entry) => entry.path === path);
      return found?.type === 'file' ? readText({ ...archive, files: [found] }, context) : undefined;
    },
    stream: async (...paths) => {
      const wanted = new Set(at(...paths));
      return streamFiles(
        { ...archive, files: archive.entries.filter(isFile).filter((file) => wanted.has(file)) },
        context,
      );
    },
    verify: async (...paths) => {
      await verifyFiles({ ...archive, files: below(paths).filter(isFile) }, context);
    },
    directory: async (path, destination) => {
      const nameOf = (inner: string) => (inner === path ? basename(path) : inner.slice(path.length + 1));
      const found = below([path]);
      for (const entry of found) {
        if (!isFile(entry) && entry.path !== path)
          await mkdir(join(destination, nameOf(entry.path)), { recursive: true, mode: 0o700 });
      }
      await writeFiles({ ...archive, files: found.filter(isFile) }, destination, nameOf, context);
    },
  };
}

/** @throws BackupError where one of them is not what was stored */
export async function verifyFiles(stored: StoredFiles, { signal }: RepositoryContext): Promise<void> {
  const damage = await findDamage(stored, signal);
  if (damage.length > 0) throw failure(stored, damage.slice(0, 5).join('; '));
}

/** Whether its file is there, and as long as it was; its bytes are looked at when they are read. */
export async function isThere(directory: string, { stored }: FileEntry): Promise<boolean> {
  const stats = await lstat(join(directory, stored.file)).catch(() => undefined);
  return stats?.isFile() === true && stats.size === stored.bytes;
}

export function isFile(entry: IndexEntry): entry is FileEntry {
  return entry.type === 'file';
}

async function describe({ directory }: OpenedArchive, entry: IndexEntry): Promise<ArchiveEntry> {
  const { path, type } = entry;
  if (!isFile(entry)) return { path, type, bytes: 0, whole: true };
  return { path, type, bytes: entry.bytes, whole: await isThere(directory, entry) };
}

function fileAt(archive: OpenedArchive, path: string): FileEntry {
  const found = archive.entries.find((entry) => entry.path === path);
  if (found !== undefined && isFile(found)) return found;
  throw failure(archive, `there is no ${path}`);
}

function entriesBelow(archive: OpenedArchive, paths: readonly string[]): readonly IndexEntry[] {
  return archive.entries.filter((entry) => paths.some((path) => isAtOrBelow(entry.path, path)));
}

function failure({ what, repository }: Pick<StoredFiles, 'what' | 'repository'>, problem: string): BackupError {
  return new BackupError('REPOSITORY_FAILED', `${what}: ${problem}`, {
    repository,
    hint: 'choose another archive, and look for what has damaged this one',
  });
}
