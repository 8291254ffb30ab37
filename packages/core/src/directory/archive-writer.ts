import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupError } from '../errors.ts';
import { defer } from '../process/deferred.ts';
import { makeNamedPipe, NamedPipe } from '../process/pipe.ts';
import { rejectedBy } from '../process/rejected-by.ts';
import type {
  ArchivePlan,
  ArchiveWriter,
  DirectoryWriter,
  ItemWriter,
  RepositoryContext,
  StoredArchiveStats,
} from '../repository.ts';
import type { Compression } from './compression.ts';
import { syncDirectory, writeDurably } from './durable.ts';
import { archiveDirectory, indexName, recordName, storedFile } from './layout.ts';
import { type Packed, Packer } from './packer.ts';
import { Partial, removeArchive } from './partial.ts';
import { storageError } from './program.ts';
import { type ArchiveRecord, type FileEntry, formatRecord, type IndexEntry, sha256 } from './record.ts';

/** Where an archive goes, and how. */
export interface Target {
  /** Absolute. */
  readonly root: string;
  /** As it is configured, for errors. */
  readonly repository: string;
  readonly compression: Compression;
}

/** What it is to become. */
export type NewArchive = ArchivePlan & Pick<ArchiveRecord, 'time' | 'kind'>;

interface Item {
  /** What is stored of it, once it is whole. */
  readonly entries: Promise<readonly IndexEntry[]>;
  readonly pipe?: NamedPipe;
  discard(): Promise<unknown>;
}

/**
 * Every item is a file, read from a named pipe by one program as soon as the item is begun. The pipe's end is held back until
 * the dump is whole; an end that comes before spoils the archive.
 */
export class DirectoryArchiveWriter implements ArchiveWriter {
  readonly sideBySide = true;
  readonly #target: Target;
  readonly #plan: NewArchive;
  readonly #context: RepositoryContext;
  readonly #partial: Partial;
  readonly #place: string;
  readonly #failure = new AbortController();
  readonly #items = new Map<string, Item>();
  /** Without what was discarded. */
  readonly #expected: Set<string>;
  readonly #packer: Promise<Packer>;
  #made = 0;
  #committing: Promise<unknown> | undefined;
  #inPlace = false;
  #committed = false;
  #aborting: Promise<void> | undefined;

  private constructor(target: Target, plan: NewArchive, context: RepositoryContext, partial: Partial) {
    this.#target = target;
    this.#plan = plan;
    this.#expected = new Set(plan.paths);
    this.#context = context;
    this.#partial = partial;
    this.#place = archiveDirectory(target.root, plan.name);
    this.#packer = Packer.start(target.repository, (error) => this.#fail(error));
    this.#packer.catch((error: unknown) => this.#fail(error as BackupError));
  }

  static async begin(target: Target, plan: NewArchive, context: RepositoryContext): Promise<DirectoryArchiveWriter> {
    return new DirectoryArchiveWriter(target, plan, context, await Partial.make(target.root));
  }

  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  async stream(path: string): Promise<ItemWriter> {
    this.failed.throwIfAborted();
    const packer = await this.#packer;
    const name = join(this.#context.directory, `${this.#plan.kind}-${this.#made++}`);
    await makeNamedPipe(name, this.#context.signal);
    this.failed.throwIfAborted(); // a pipe that is opened after that would keep its writer waiting for ever
    const pipe = new NamedPipe(name);
    const packing = packer.take({ from: name, pipe: true, ...this.#placeOf(path) });
    let finished = false;
    this.#items.set(path, {
      pipe,
      entries: this.#watched(
        packing.stored.then((packed) => {
          if (finished && packed !== undefined) return [this.#entry(path, packed)];
          throw new BackupError('REPOSITORY_FAILED', `${path} came to its end before it was whole`);
        }),
      ),
      discard: async () => {
        packer.drop(packing);
        await packing.stored;
        await rm(this.#placeOf(path).to, { force: true }); // it may have been whole already
      },
    });
    const taken = rejectedBy(this.failed, packing.begun).then(async () => {
      pipe.readerIsThere();
      await rm(name, { force: true });
    });
    taken.catch(() => {}); // not everybody waits for it
    return {
      fd: pipe.writeEnd,
      taken,
      bytes: () => packing.bytes(),
      finish: () => {
        finished = true;
        pipe.closeWriteEnd();
      },
    };
  }

  async directory(path: string): Promise<DirectoryWriter> {
    this.failed.throwIfAborted();
    // On the repository's own disk, and gone with the archive if it comes to nothing.
    const staging = join(this.#partial.path, `.staging-${this.#made++}`);
    await mkdir(staging, { mode: 0o700 });
    const finished = defer<void>();
    const entries = this.#watched(finished.promise.then(() => this.#packDirectory(staging, path)));
    this.#items.set(path, {
      entries,
      discard: async () => {
        finished.reject(new BackupError('REPOSITORY_FAILED', `${path} was discarded`));
        await entries.catch(() => {});
        for (const place of [staging, join(this.#partial.path, path)])
          await rm(place, { recursive: true, force: true });
      },
    });
    return { path: staging, finish: finished.resolve };
  }

  async discard(path: string): Promise<void> {
    this.failed.throwIfAborted();
    const item = this.#items.get(path);
    this.#items.delete(path);
    this.#expected.delete(path);
    await item?.discard();
    item?.pipe?.close();
  }

  commit(manifest: string, comment = this.#plan.comment): Promise<StoredArchiveStats> {
    return this.finish(comment, manifest);
  }

  /**
   * What `commit` does.
   * @param manifest absent where there is none, in an archive of ordinary files
   */
  async finish(comment: string, manifest?: string): Promise<StoredArchiveStats> {
    const committing = this.#commit(comment, manifest).catch((error: unknown) => {
      this.#fail(storageError(error, `the archive ${this.#plan.name} could not be written`, this.#target.repository));
      throw this.failed.reason;
    });
    this.#committing = committing.catch(() => {});
    return committing;
  }

  async abort(): Promise<void> {
    this.#aborting ??= this.#abort();
    return this.#aborting;
  }

  async #commit(comment: string, manifest: string | undefined): Promise<StoredArchiveStats> {
    const missing = [...this.#expected].find((path) => !this.#items.has(path));
    if (missing !== undefined) throw new BackupError('REPOSITORY_FAILED', `${missing} was not begun`);
    const entries: IndexEntry[] = [];
    const bytes = new Map<string, number>();
    for (const [path, item] of this.#items) {
      const stored = await rejectedBy(this.failed, item.entries);
      bytes.set(
        path,
        sum(stored, (file) => file.bytes),
      );
      entries.push(...stored);
    }
    await (await this.#packer).finish();
    this.failed.throwIfAborted();
    if (manifest !== undefined) entries.push(manifestEntry(this.#plan.manifestPath, manifest));
    await this.#writeRecord(entries, comment, manifest);
    await this.#partial.sync();
    this.failed.throwIfAborted();
    await this.#partial.putInPlace(this.#place);
    this.#inPlace = true;
    await syncDirectory(this.#target.root);
    this.failed.throwIfAborted();
    this.#committed = true;
    this.#closePipes();
    return {
      originalBytes: sum(entries, (file) => file.bytes),
      deduplicatedBytes: sum(entries, (file) => file.stored.bytes),
      bytes,
    };
  }

  /** The manifest comes last. */
  async #writeRecord(entries: readonly IndexEntry[], comment: string, manifest: string | undefined): Promise<void> {
    const { name, time, kind, manifestPath } = this.#plan;
    const { path } = this.#partial;
    const { record, index } = formatRecord({ name, time, comment, kind }, entries);
    await writeDurably(join(path, indexName), index);
    await writeDurably(join(path, recordName), record);
    if (manifest === undefined) return;
    await mkdir(join(path, dirname(manifestPath)), { recursive: true, mode: 0o700 });
    await writeDurably(join(path, manifestPath), manifest);
  }

  async #abort(): Promise<void> {
    if (this.#committed) return;
    const { name } = this.#plan;
    this.#fail(new BackupError('REPOSITORY_FAILED', `the archive ${name} was given up`));
    const packer = await this.#packer.catch(() => undefined);
    await packer?.kill();
    await this.#committing;
    this.#closePipes();
    await this.#partial.remove();
    if (this.#inPlace) await rm(await removeArchive(this.#target.root, this.#place), { recursive: true, force: true });
  }

  async #packDirectory(staging: string, path: string): Promise<readonly IndexEntry[]> {
    const packer = await this.#packer;
    const found = await readdir(staging, { withFileTypes: true, recursive: true });
    const entries = await Promise.all(
      found.map(async (each): Promise<IndexEntry> => {
        const from = join(each.parentPath, each.name);
        const stored = `${path}${from.slice(staging.length)}`;
        if (each.isDirectory()) return { path: stored, type: 'directory' };
        if (!each.isFile()) throw new Error(`${stored} is neither a file nor a directory`);
        const packed = await packer.take({ from, pipe: false, ...this.#placeOf(stored) }).stored;
        if (packed === undefined) throw new Error(`${stored} was not stored`);
        return this.#entry(stored, packed);
      }),
    );
    await rm(staging, { recursive: true });
    return [{ path, type: 'directory' }, ...entries];
  }

  #placeOf(path: string) {
    const { compression } = this.#target;
    return { to: join(this.#partial.path, storedFile(path, compression)), compression };
  }

  #entry(path: string, { bytes, storedBytes, sha256: digest }: Packed): FileEntry {
    const { compression } = this.#target;
    const stored = { file: storedFile(path, compression), bytes: storedBytes, sha256: digest };
    return { path, type: 'file', bytes, stored: { ...stored, compression: compression.method } };
  }

  /** Whatever goes wrong with an item that is still wanted is seen at once, and not only when it is waited for. */
  #watched(entries: Promise<readonly IndexEntry[]>): Item['entries'] {
    entries.catch((error: unknown) => {
      const isWanted = [...this.#items.values()].some((item) => item.entries === entries);
      if (isWanted)
        this.#fail(storageError(error, `the archive ${this.#plan.name} could not be written`, this.#target.repository));
    });
    return entries;
  }

  #fail(error: BackupError): void {
    this.#failure.abort(error);
    // Whoever still writes notices that nobody will read.
    for (const { pipe } of this.#items.values()) pipe?.readerIsThere();
  }

  #closePipes(): void {
    for (const { pipe } of this.#items.values()) pipe?.close();
  }
}

function manifestEntry(path: string, manifest: string): FileEntry {
  const bytes = Buffer.byteLength(manifest);
  const stored = { file: path, bytes, sha256: sha256(manifest), compression: 'none' as const };
  return { path, type: 'file', bytes, stored };
}

function sum(entries: readonly IndexEntry[], of: (file: FileEntry) => number): number {
  return entries.reduce((total, entry) => total + (entry.type === 'file' ? of(entry) : 0), 0);
}
