import { createHash, randomBytes } from 'node:crypto';
import { BackupError, type StoredArchive } from '@dumpstream/core';
import type { Tree } from './tree.ts';

/** An archive in memory, with all that is in it. */
export interface MemoryArchive extends StoredArchive {
  /** By stored path; of a dump that is a directory, each of its files. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Stored paths. */
  readonly directories: readonly string[];
}

/** Bytes of all files, and of those whose content was not there before. */
export interface Added {
  readonly originalBytes: number;
  readonly deduplicatedBytes: number;
}

/** What one path of a memory repository holds. */
export class Store {
  #archives: readonly MemoryArchive[] = [];
  /** Bytes of each content, by its digest. */
  readonly #known = new Map<string, number>();

  get archives(): readonly MemoryArchive[] {
    return this.#archives;
  }

  /** @throws BackupError REPOSITORY_FAILED where it has an archive of that name */
  refuseSecond(name: string): void {
    if (!this.#archives.some((archive) => archive.name === name)) return;
    throw new BackupError('REPOSITORY_FAILED', `there is an archive ${name} already`);
  }

  /** @throws BackupError REPOSITORY_FAILED where it has an archive of that name */
  add(name: string, comment: string, { files, directories }: Tree): Added {
    this.refuseSecond(name);
    let originalBytes = 0;
    let deduplicatedBytes = 0;
    for (const content of files.values()) {
      const digest = digestOf(content);
      originalBytes += content.length;
      if (!this.#known.has(digest)) deduplicatedBytes += content.length;
      this.#known.set(digest, content.length);
    }
    const id = randomBytes(32).toString('hex');
    const time = new Date().toISOString();
    this.#archives = [...this.#archives, { name, id, comment, time, files, directories }];
    return { originalBytes, deduplicatedBytes };
  }

  remove(ids: ReadonlySet<string>): void {
    this.#archives = this.#archives.filter(({ id }) => !ids.has(id));
  }

  /**
   * Forgets the contents that no archive has any more.
   * @returns their bytes
   */
  compact(): number {
    const used = new Set(this.#archives.flatMap(({ files }) => [...files.values()].map(digestOf)));
    let freedBytes = 0;
    for (const [digest, bytes] of this.#known) {
      if (used.has(digest)) continue;
      freedBytes += bytes;
      this.#known.delete(digest);
    }
    return freedBytes;
  }
}

function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
