import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ArchivePlan,
  type ArchiveWriter,
  BackupError,
  type Child,
  type DirectoryWriter,
  type Exit,
  type ItemWriter,
  ioCounters,
  Pipe,
  type RepositoryContext,
  type StoredArchiveStats,
} from '@dumpstream/core';
import { backupDirectoryCommand, backupStreamCommand, graceMs, type ResticTarget, unlockCommand } from './command.ts';
import { plainLines, resticError } from './explain.ts';
import { filesBelow } from './files-below.ts';
import { forget } from './forget.ts';
import { Lease } from './lease.ts';
import { writeRecord } from './record.ts';
import { runRestic } from './run.ts';
import { isArchive, isItem, type Snapshot, snapshotsOf } from './snapshots.ts';
import { endReading, type StartOptions, startRestic } from './start.ts';
import { isThere, itemsOf, type StoredItem } from './stored-item.ts';
import { parseSummary, type Summary } from './summary.ts';
import { tagsOf } from './tags.ts';

interface Item {
  /** Known once the item is whole in the repository. */
  readonly stored: Promise<StoredItem & { readonly addedBytes: number }>;
  discard(): Promise<void>;
  /** Lets go of what it has in this process. */
  close(): void;
}

/**
 * Every item is a snapshot, made by a restic of its own as soon as the item is begun; they make an archive when the snapshot of the record
 * is there. A stream's end is held back until the dump is whole. An end that comes before, or a restic that fails, spoils the run.
 */
export class ResticArchiveWriter implements ArchiveWriter {
  readonly sideBySide = true;
  readonly #target: ResticTarget;
  readonly #plan: ArchivePlan;
  readonly #context: RepositoryContext;
  readonly #run = randomUUID();
  readonly #failure = new AbortController();
  readonly #items = new Map<string, Item>();
  /** Without what was discarded. */
  readonly #expected: Set<string>;
  #lease: Lease | undefined;
  #made = 0;
  #committing: Promise<unknown> | undefined;
  #committed = false;
  #aborting: Promise<void> | undefined;

  private constructor(target: ResticTarget, plan: ArchivePlan, context: RepositoryContext) {
    this.#target = target;
    this.#plan = plan;
    this.#expected = new Set(plan.paths);
    this.#context = context;
  }

  static async begin(
    target: ResticTarget,
    plan: ArchivePlan,
    context: RepositoryContext,
  ): Promise<ResticArchiveWriter> {
    const writer = new ResticArchiveWriter(target, plan, context);
    const [leased, unique] = await Promise.allSettled([
      writer.#takeLease(),
      snapshotsOf(target, context).then((found) => writer.#expectOwnName(found)),
    ]);
    for (const result of [leased, unique]) {
      if (result.status === 'fulfilled') continue;
      await writer.#lease?.release();
      if (context.signal.aborted) await removeDeadLocks(target);
      throw result.reason;
    }
    return writer;
  }

  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  async stream(path: string): Promise<ItemWriter> {
    this.failed.throwIfAborted();
    const pipe = await Pipe.make(this.#context.directory, this.#context.signal);
    const command = backupStreamCommand(this.#target, path, this.#tagsOf(path));
    const child = await this.#start(command, { stdin: pipe.readEnd }).catch((error: unknown) => {
      pipe.close();
      throw error;
    });
    let isWhole = false;
    const stored = child.exited.then((exit): Awaited<Item['stored']> => {
      pipe.closeReadEnd(); // so that the dump notices that restic is gone
      if (isWhole && foundNothing(exit)) return { path, bytes: 0, addedBytes: 0 };
      const { snapshot, originalBytes, addedBytes } = this.#summaryOf(exit);
      if (!isWhole) throw this.#error(`${path} came to its end before it was whole`);
      return { path, snapshot, bytes: originalBytes, addedBytes };
    });
    this.#add(
      path,
      stored,
      () => pipe.close(),
      () => endReading(child, pipe),
    );
    return {
      fd: pipe.writeEnd,
      taken: Promise.resolve(), // there is nobody before it
      bytes: () => progressOf(child.pid),
      finish: async () => {
        isWhole = true;
        pipe.closeWriteEnd();
        await stored.catch(() => {}); // `failed` tells
      },
    };
  }

  async directory(path: string): Promise<DirectoryWriter> {
    this.failed.throwIfAborted();
    const staging = join(this.#context.directory, `directory-${this.#made++}`);
    await mkdir(staging, { mode: 0o700 });
    let finish = () => {};
    let discard = (_: unknown) => {};
    const finished = new Promise<void>((resolve, reject) => {
      finish = resolve;
      discard = reject;
    });
    let child: Child | undefined;
    const stored = finished.then(async (): Promise<Awaited<Item['stored']>> => {
      const files = await filesBelow(staging);
      const command = backupDirectoryCommand(this.#target, this.#tagsOf(path));
      child = await this.#start(command, { cwd: staging });
      const { snapshot, originalBytes, addedBytes } = this.#summaryOf(await child.exited);
      await rm(staging, { recursive: true });
      return { path, snapshot, bytes: originalBytes, files, addedBytes };
    });
    const giveUp = () => discard(this.#error(`${path} was given up`));
    this.#add(path, stored, giveUp, async () => {
      await child?.end(graceMs);
      giveUp();
    });
    return {
      path: staging,
      finish: async () => {
        finish();
        await stored.catch(() => {}); // `failed` tells
      },
      bytes: () => (child === undefined ? undefined : progressOf(child.pid)),
    };
  }

  async discard(path: string): Promise<void> {
    this.failed.throwIfAborted();
    const item = this.#items.get(path);
    this.#items.delete(path);
    this.#expected.delete(path);
    await item?.discard();
  }

  commit(manifest: string, comment = this.#plan.comment): Promise<StoredArchiveStats> {
    const committing = this.#commit(manifest, comment).catch((error: unknown) => {
      this.#fail(error);
      throw this.failed.reason;
    });
    this.#committing = committing.catch(() => {});
    return committing;
  }

  abort(): Promise<void> {
    this.#aborting ??= this.#abort();
    return this.#aborting;
  }

  async #commit(manifest: string, comment: string): Promise<StoredArchiveStats> {
    const missing = [...this.#expected].find((path) => !this.#items.has(path));
    if (missing !== undefined) throw this.#error(`${missing} was not begun`);
    const stored = await Promise.all([...this.#items.values()].map((item) => item.stored));
    this.failed.throwIfAborted();
    const items = stored.map(({ addedBytes, ...item }) => item);
    await this.#expectStored(items);
    const recorded = await this.#record(manifest, comment, items);
    await this.#lease?.release();
    this.failed.throwIfAborted(); // whoever has given it up in the meantime has been told that there is none
    this.#committed = true;
    this.#close();
    return {
      originalBytes: sum(items.map(({ bytes }) => bytes)) + Buffer.byteLength(manifest),
      deduplicatedBytes: sum(stored.map(({ addedBytes }) => addedBytes)) + recorded.addedBytes,
      bytes: new Map(items.map(({ path, bytes }) => [path, bytes])),
    };
  }

  /** The archive is there when it has ended well, or not at all. */
  async #record(manifest: string, comment: string, items: readonly StoredItem[]): Promise<Summary> {
    const { name, manifestPath } = this.#plan;
    const record = join(this.#context.directory, `record-${this.#run}`);
    await mkdir(record, { mode: 0o700 });
    await writeRecord(record, { manifestPath, manifest, items });
    const command = backupDirectoryCommand(this.#target, tagsOf({ kind: 'archive', run: this.#run, name, comment }));
    const child = await this.#start(command, { cwd: record });
    return this.#summaryOf(await child.exited);
  }

  /** What restic says that it has stored is there, and nobody has taken the name in the meantime. */
  async #expectStored(items: readonly StoredItem[]): Promise<void> {
    const found = await snapshotsOf(this.#target, { signal: this.failed });
    this.#expectOwnName(found);
    const own = itemsOf(this.#run, found);
    for (const item of items) {
      if (isThere(item, own)) continue;
      throw this.#error(`${item.path} was stored and is not in the repository`);
    }
  }

  #expectOwnName(found: readonly Snapshot[]): void {
    const { name } = this.#plan;
    const isOther = ({ role }: Snapshot) =>
      role.kind !== 'item' && role.name === name && !(role.kind === 'archive' && role.run === this.#run);
    if (found.some(isOther)) throw this.#error(`${this.#target.repository.path} has an archive ${name} already`);
  }

  async #abort(): Promise<void> {
    if (this.#committed) return;
    this.#fail(this.#error(`the archive ${this.#plan.name} was given up`));
    await Promise.all([...this.#items.values()].map((item) => item.discard()));
    await this.#committing;
    await this.#lease?.release();
    this.#close();
    await removeDeadLocks(this.#target);
    if (this.#items.size > 0 || this.#committing !== undefined) await this.#forgetAll();
  }

  /** What is stored and not yet an archive waits for `compact` when others work in the repository; an archive must go. */
  async #forgetAll(): Promise<void> {
    await patiently(async (context) => {
      const left = await snapshotsOf(this.#target, context, this.#run);
      await forget(this.#target, left.filter(isArchive), context);
      await forget(this.#target, left.filter(isItem), context).catch(() => {});
    });
  }

  async #takeLease(): Promise<void> {
    this.#lease = await Lease.take(this.#target, this.#run, this.#context, (error) => this.#fail(error));
  }

  #add(path: string, stored: Item['stored'], close: () => void, end: () => Promise<void>): void {
    const item: Item = {
      stored,
      close,
      discard: async () => {
        await end();
        await stored.catch(() => {});
      },
    };
    this.#items.set(path, item);
    stored.catch((error: unknown) => {
      if (this.#items.get(path) === item) this.#fail(error); // it is not discarded
    });
  }

  /** Ended when the run has failed by then. */
  async #start(command: Parameters<typeof startRestic>[0], options: StartOptions): Promise<Child> {
    const child = await startRestic(command, { ...options, signal: this.failed });
    const end = () => void child.end(graceMs);
    this.failed.addEventListener('abort', end, { once: true });
    if (this.failed.aborted) end();
    void child.exited.then(() => this.failed.removeEventListener('abort', end));
    return child;
  }

  #summaryOf(exit: Exit): Summary {
    const { path } = this.#target.repository;
    if (exit.code !== 0) throw resticError('backup', path, exit);
    return parseSummary(exit.stdout, path);
  }

  #tagsOf(path: string): readonly string[] {
    return tagsOf({ kind: 'item', run: this.#run, path });
  }

  #error(message: string): BackupError {
    return new BackupError('REPOSITORY_FAILED', message, { repository: this.#target.repository.path });
  }

  #fail(error: unknown): void {
    const { path: repository } = this.#target.repository;
    this.#failure.abort(
      error instanceof BackupError
        ? error
        : new BackupError('REPOSITORY_FAILED', `the archive ${this.#plan.name} could not be written to ${repository}`, {
            cause: error,
            repository,
          }),
    );
  }

  #close(): void {
    for (const item of this.#items.values()) item.close();
  }
}

/**
 * What it has read and written, since it may be busy with what it has taken. In steps: of a Go program that waits for an answer the counts
 * grow as well, by some bytes now and then, and that is no progress.
 */
function progressOf(pid: number): number | undefined {
  const counters = ioCounters(pid);
  return counters === undefined ? undefined : Math.floor((counters.read + counters.written) / stepBytes) * stepBytes;
}

const stepBytes = 65_536;

/** restic takes no empty stream: it says that it could not read, and stores nothing, or from 0.17 on a snapshot without a file. */
function foundNothing({ code, stdout, stderr }: Exit): boolean {
  if (code === 1) return plainLines(stderr).includes('Fatal: unable to save snapshot: snapshot is empty');
  return code === 3 && parseSummary(stdout, '').originalBytes === 0;
}

/** How long an aborted call waits until nothing of it is left. */
const patienceMs = 60_000;

/** Work of a call that is over already. */
async function patiently(work: (context: Pick<RepositoryContext, 'signal'>) => Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(new Error('restic took too long')), patienceMs);
  try {
    await work({ signal: patience.signal });
  } finally {
    clearTimeout(timer);
  }
}

/** A restic that is ended in the moment in which it makes its lock leaves it. It is in nobody's way but that of `compact`. */
async function removeDeadLocks(target: ResticTarget): Promise<void> {
  await patiently((context) => runRestic(target, unlockCommand(target), context)).catch(() => {});
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
