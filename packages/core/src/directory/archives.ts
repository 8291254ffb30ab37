import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredArchive } from '../repository.ts';
import { indexName } from './layout.ts';
import { type ArchiveRecord, readRecord, sha256 } from './record.ts';

/** An archive of a repository, and where it lies. */
export interface ArchiveInPlace {
  readonly stored: StoredArchive;
  readonly directory: string;
  /** Absent where it is damaged. */
  readonly record?: ArchiveRecord;
  readonly damage?: string;
}

/** How many records are read at once. */
const together = 16;

/** All archives, oldest first; what is being written, or removed, is none, nor is what others put into the directory. */
export async function archivesIn(root: string): Promise<readonly ArchiveInPlace[]> {
  const entries = await readdir(root, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  const found: (ArchiveInPlace | undefined)[] = [];
  for (let at = 0; at < names.length; at += together) {
    found.push(...(await Promise.all(names.slice(at, at + together).map((name) => archiveAt(join(root, name), name)))));
  }
  return found.filter((archive) => archive !== undefined).sort(byTime);
}

async function archiveAt(directory: string, name: string): Promise<ArchiveInPlace | undefined> {
  try {
    const record = await readRecord(directory);
    const { id, time, comment } = record;
    return { directory, record, stored: { id, time, comment, name: record.name } };
  } catch (error) {
    return damaged(directory, name, error as Error);
  }
}

/** It is listed, as one of ours whose manifest cannot be had, so that nobody believes it to be there nor wonders where it is. */
async function damaged(directory: string, name: string, { message }: Error): Promise<ArchiveInPlace | undefined> {
  // Without an index it was never an archive, or is one no more.
  const stats = await stat(join(directory, indexName)).catch(() => undefined);
  if (stats === undefined) return undefined;
  const stored = {
    name: decoded(name),
    id: sha256(name),
    time: stats.mtime.toISOString(),
    comment: incomplete,
  };
  return { directory, stored, damage: message };
}

/** The comment of an archive that has to be looked into. */
const incomplete = '{"dumpstream":1}';

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function byTime({ stored: a }: ArchiveInPlace, { stored: b }: ArchiveInPlace): number {
  return a.time < b.time ? -1 : a.time > b.time ? 1 : a.name < b.name ? -1 : 1;
}
