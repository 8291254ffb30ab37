/**
 * What a repository must do for the verbs. An archive is many items and a commit: nothing here says that one process
 * writes it. Engines: `borg/`.
 */
export interface Repository {
  /** As configured. */
  readonly path: string;
  readonly label?: string;
  /**
   * Rejects with `REPOSITORY_EXISTS` where there is one.
   * @param encryption in the engine's own words; undefined: its only kind, else `CONFIG_INVALID`
   */
  init(encryption: string | undefined, context: RepositoryContext): Promise<void>;
  /** Oldest first. `last`: only so many of the newest. */
  list(context: RepositoryContext, last?: number): Promise<readonly StoredArchive[]>;
  /** Begins an archive; nothing of it can be seen by `list` before `commit` has resolved. */
  write(plan: ArchivePlan, context: RepositoryContext): Promise<ArchiveWriter>;
  /** Stores ordinary files in an archive of its own, in one go. What could not be read becomes a warning. */
  writeFiles(plan: FilesPlan, context: RepositoryContext): Promise<FilesStats>;
  /** Opens an archive that `list` gave. */
  read(archive: StoredArchive, context: RepositoryContext): Promise<ArchiveReader>;
  /**
   * Removes archives that `list` gave, in this order, whoever made them; one that is gone already is no failure; and what interrupted writes have left
   * where the engine's own program shows it, even if no archive is given. Resolves when none of them can be seen by `list`. Rejects or
   * aborted, some of them may be gone, and every other archive is as it was. Their space may come back with `compact` only.
   */
  remove(archives: readonly StoredArchive[], context: RepositoryContext): Promise<void>;
  /**
   * Gives back the space of what was removed, and of what writes left that were interrupted; never touches what another process
   * is writing. Changes nothing that can be seen. Aborted, it can be called again.
   */
  compact(context: RepositoryContext): Promise<CompactStats>;
  /**
   * Looks for damage, and repairs nothing. Resolves with what it found, one sentence each; none: the repository is sound. Rejects
   * only where it could not look.
   */
  check(plan: CheckPlan, context: RepositoryContext): Promise<readonly string[]>;
}

export interface RepositoryContext {
  readonly signal: AbortSignal;
  /** A private directory of this call alone; removed with everything in it when the call ends. */
  readonly directory: string;
  warn(message: string): void;
}

export interface StoredArchive {
  readonly name: string;
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Free text given in the plan. */
  readonly comment: string;
}

export interface CompactStats {
  /** By which the repository became smaller, about; absent where that is not known. */
  readonly freedBytes?: number;
}

export interface CheckPlan {
  /** Reads, decrypts and compares every byte, rather than only what tells where the bytes are. */
  readonly verifyData: boolean;
}

export interface ArchivePlan {
  readonly name: string;
  readonly comment: string;
  /** Every item's path, in the order in which they will be written, without the manifest's. */
  readonly paths: readonly string[];
  /** The path of the last item, which `commit` writes. */
  readonly manifestPath: string;
}

export interface FilesPlan {
  readonly name: string;
  readonly comment: string;
  /** Absolute. */
  readonly paths: readonly string[];
  /** What is left out, in the engine's own language. */
  readonly excludes: readonly string[];
  /** The same as absolute paths, with all that is below them. */
  readonly leaveOut: readonly string[];
}

export interface FilesStats {
  readonly originalBytes: number;
  readonly deduplicatedBytes: number;
}

/**
 * Items are begun in the plan's order; the next may be begun before the one before it is finished, unless that is a directory.
 * Every method rejects once the engine has failed.
 */
export interface ArchiveWriter {
  /** Aborted, with a `BackupError` as its reason, as soon as the engine fails, so that nobody waits for it. */
  readonly failed: AbortSignal;
  /** Whether each item is read as soon as it is begun, beside others; else one waits in its pipe for those before it. */
  readonly sideBySide: boolean;
  /** The next item, as a stream. Resolves when it can be written to, though its turn to be read may not have come. */
  stream(path: string): Promise<ItemWriter>;
  /** The next item, as a directory on disk that stands when the promise resolves, and that `finish` hands over. */
  directory(path: string): Promise<DirectoryWriter>;
  /** The item, begun or not, is not to be kept: the archive that is committed does not have it. The next may come. */
  discard(path: string): Promise<void>;
  /**
   * Writes the manifest and makes the archive visible. Resolves when it is stored for good, every item whole. Rejects where one of the
   * plan was neither begun nor discarded, and where there is an archive of that name by now.
   * @param comment instead of the plan's, where items were discarded
   */
  commit(manifest: string, comment?: string): Promise<StoredArchiveStats>;
  /** Aborts `failed`; afterwards no archive of this name exists. May be called at any time, more than once; after a commit it does nothing. */
  abort(): Promise<void>;
}

export interface ItemWriter {
  /** Write end of a pipe, for a child's standard output. Belongs to the writer: not to be closed by others. */
  readonly fd: number;
  /** Resolves when the engine has begun to read; rejects when it never will. */
  readonly taken: Promise<void>;
  /** A count that grows with the bytes that the engine has taken; undefined where it cannot be known. */
  bytes(): number | undefined;
  /**
   * The dump is whole: the engine may see its end. Never called, the engine never sees it. It may resolve later, and never rejects: an
   * engine that has a program for each item so lets nobody begin another one in the meantime.
   */
  finish(): void | Promise<void>;
}

export interface DirectoryWriter {
  /** Absolute path of an empty directory, mode 0700. */
  readonly path: string;
  /** The directory is whole. It may resolve later, as that of a stream may. */
  finish(): void | Promise<void>;
  /** For an engine whose `finish` resolves later: a count that grows with the bytes that it takes; undefined where it cannot be known. */
  bytes?(): number | undefined;
}

export interface StoredArchiveStats {
  readonly originalBytes: number;
  readonly deduplicatedBytes: number;
  /** Exact size of each item in bytes, by its path; of a directory, of all its files. */
  readonly bytes: ReadonlyMap<string, number>;
}

export interface ArchiveReader {
  /** Whether several items come sooner by one `stream` than by one each, side by side. */
  readonly together: boolean;
  /** All that is in the archive, as stored paths. */
  entries(): Promise<readonly ArchiveEntry[]>;
  /** A small file of UTF-8, whole; undefined where there is none of that path. */
  file(path: string): Promise<string | undefined>;
  /** Begins to read an item, or several: their bytes come one after the other, in the order of `entries`. */
  stream(...paths: readonly string[]): Promise<ItemReader>;
  /** Reads everything at and below the paths to its end; rejects when it is not whole. */
  verify(...paths: readonly string[]): Promise<void>;
  /** Extracts everything at and below a path into an empty directory. */
  directory(path: string, destination: string): Promise<void>;
}

export interface ArchiveEntry {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'other';
  readonly bytes: number;
  /** False where the engine knows that parts are lost. */
  readonly whole: boolean;
}

export interface ItemReader {
  /** Read end of a pipe, for a child's standard input. Belongs to the reader: not to be closed by others. */
  readonly fd: number;
  /** Bytes delivered so far, about. */
  bytes(): number;
  /**
   * Resolves when every byte was delivered and verified, and the end may be seen. Rejects when it cannot be: then the
   * end has not been seen by anybody, and whoever reads must be ended first, then `close` called.
   */
  readonly whole: Promise<void>;
  /** Ends the engine's work on this item. May be called at any time, more than once. */
  close(): Promise<void>;
}
