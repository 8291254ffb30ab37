import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupError } from '@dumpstream/core';
import type { StoredItem } from './stored-item.ts';

/**
 * What makes an archive of a run's snapshots: the snapshot that is written last has these two files, the manifest at its own path, and
 * `index.json`, which says where each item is.
 */
export interface ArchiveRecord {
  readonly manifestPath: string;
  readonly manifest: string;
  /** In the order in which they were begun. */
  readonly items: readonly StoredItem[];
}

const indexName = 'index.json';
const version = 1;

/** @param directory empty */
export async function writeRecord(directory: string, { manifestPath, manifest, items }: ArchiveRecord): Promise<void> {
  await mkdir(join(directory, dirname(manifestPath)), { recursive: true, mode: 0o700 });
  await writeFile(join(directory, manifestPath), manifest, { mode: 0o600 });
  const index = JSON.stringify({ dumpstream: version, manifestPath, items });
  await writeFile(join(directory, indexName), index, { mode: 0o600 });
}

/** @throws BackupError REPOSITORY_FAILED where it is none that we know */
export async function readRecord(directory: string, what: string, repository: string): Promise<ArchiveRecord> {
  try {
    const index = JSON.parse(await readFile(join(directory, indexName), 'utf8')) as Record<string, unknown>;
    if (index.dumpstream !== version) throw new Error(`version ${index.dumpstream}`);
    const { manifestPath, items } = index as unknown as ArchiveRecord;
    return { manifestPath, items, manifest: await readFile(join(directory, manifestPath), 'utf8') };
  } catch (cause) {
    throw new BackupError('REPOSITORY_FAILED', `the record of ${what} cannot be read: ${(cause as Error).message}`, {
      cause,
      repository,
      hint: 'choose another archive; a newer version may have written this one',
    });
  }
}
