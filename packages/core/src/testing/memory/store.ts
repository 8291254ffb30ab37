import { createHash, randomBytes } from 'node:crypto';
import type { StoredArchive } from '@dumpstream/core';
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
  readonly #archives: MemoryArchive[] = [];
  readonly #known = new Set<string>();

  get archives(): readonly MemoryArchive[] {
    return [...this.#archives];
  }

  has(name: string): boolean {
    return this.#archives.some((archive) => archive.name === name);
  }

  add(name: string, comment: string, { files, directories }: Tree): Added {
    let originalBytes = 0;
    let deduplicatedBytes = 0;
    for (const content of files.values()) {
      const digest = createHash('sha256').update(content).digest('hex');
      originalBytes += content.length;
      if (!this.#known.has(digest)) deduplicatedBytes += content.length;
      this.#known.add(digest);
    }
    const id = randomBytes(32).toString('hex');
    this.#archives.push({ name, id, comment, time: new Date().toISOString(), files, directories });
    return { originalBytes, deduplicatedBytes };
  }
}
