import { closeSync, constants, openSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { BackupError, withDetails } from './errors.ts';
import { type Child, startChild } from './process/child.ts';
import { type Deferred, defer } from './process/deferred.ts';
import { Pipe, writeWhole } from './process/pipe.ts';
import { rejectedBy } from './process/rejected-by.ts';
import type { ArchiveWriter, ItemWriter, RepositoryContext } from './repository.ts';

/** One repository of a run, and the archive that is being written to it. */
export interface Target {
  readonly repository: string;
  readonly writer: ArchiveWriter;
}

/**
 * The archives that a run writes: each dump is made once and goes to all of them that have not failed. Items are begun in
 * the plan's order, whoever is ready first.
 */
export class FanOut {
  readonly targets: readonly Target[];
  readonly #context: RepositoryContext;
  /** Resolved as the items are begun. */
  readonly #begun: readonly Deferred<void>[];
  readonly #paths: readonly string[];
  readonly #over = new AbortController();
  readonly #failures = new Map<string, BackupError>();
  #abandoned = false;

  /** @param paths of all items, as they are planned */
  constructor(targets: readonly Target[], paths: readonly string[], context: RepositoryContext) {
    this.targets = targets;
    this.#paths = paths;
    this.#begun = paths.map(() => defer());
    this.#context = context;
    for (const { repository, writer } of targets) {
      const gaveWay = () => {
        if (this.failed.aborted || this.#failures.has(repository)) return;
        this.#failures.set(repository, writer.failed.reason as BackupError);
      };
      if (writer.failed.aborted) gaveWay();
      writer.failed.addEventListener('abort', () => {
        gaveWay();
        this.#endWithTheLast(writer.failed.reason);
      });
    }
    this.#endWithTheLast(targets[0]?.writer.failed.reason);
  }

  /** Whether every archive reads an item as soon as it is begun. */
  get sideBySide(): boolean {
    return this.targets.every(({ writer }) => writer.sideBySide);
  }

  #endWithTheLast(reason: unknown): void {
    if (this.good().length === 0) this.#over.abort(reason);
  }

  good(): readonly Target[] {
    return this.targets.filter(({ writer }) => !writer.failed.aborted);
  }

  /** Aborted as soon as there is no archive left to write to, for the reason of the last, or when they are abandoned. */
  get failed(): AbortSignal {
    return this.#over.signal;
  }

  /** Why a repository gave way, if it did before all was over. */
  failureOf(repository: string): BackupError | undefined {
    return this.#failures.get(repository);
  }

  /** Whether somebody has given up, and not the repositories. */
  get abandoned(): boolean {
    return this.#abandoned;
  }

  /** No archive of this run appears anywhere. May be called at any time, more than once. */
  async abandon(reason: unknown): Promise<void> {
    this.#abandoned ||= !this.failed.aborted;
    this.#over.abort(reason);
    await Promise.all(this.targets.map((target) => this.abandonOne(target)));
  }

  async abandonOne({ writer }: Target): Promise<void> {
    await writer.abort().catch((error: unknown) => {
      this.#context.warn(`an archive that must not be used may remain: ${(error as Error).message}`);
    });
  }

  /** The item in every good archive, as one descriptor that can be written to, before its turn comes to be read. */
  async stream(path: string): Promise<Outlet> {
    const items = await this.#inTurn(path, () =>
      this.#ofEach(async ({ writer }) => ({ ...(await writer.stream(path)), failed: writer.failed })),
    );
    const taken = Promise.allSettled(items.map((item) => item.taken)).then((all) => {
      if (all.every(({ status }) => status === 'rejected')) this.failed.throwIfAborted();
    });
    taken.catch(() => {}); // not everybody waits for it
    const [only] = items;
    if (only === undefined || items.length > 1) return { taken, ...(await relay(items, this.#context, this.failed)) };
    return { fd: only.fd, taken, bytes: only.bytes, finish: async () => only.finish(), close: async () => {} };
  }

  /** What came of this item in the good archives, if anything, is no dump: it is taken out again. */
  async discard(path: string): Promise<void> {
    await this.#inTurn(path, () => this.#ofEach(({ writer }) => writer.discard(path)));
  }

  /** The item as text. */
  async text(path: string, text: string): Promise<void> {
    const items = await this.#inTurn(path, () => this.#ofEach(({ writer }) => writer.stream(path)));
    await Promise.allSettled(
      items.map(async (item) => {
        await item.taken;
        await writeWhole(item.fd, Buffer.from(text)); // its writer tells when it has failed
        await rejectedBy(this.failed, Promise.resolve(item.finish()));
      }),
    );
    this.failed.throwIfAborted();
  }

  /**
   * The item as a directory, filled once and handed to every good archive.
   * @param watch told of what the archives take of it, by a count as that of a stream; what it gives back ends that
   */
  async directory(
    path: string,
    fill: (path: string) => Promise<unknown>,
    watch: (bytes: () => number | undefined) => () => void,
  ): Promise<void> {
    await this.#inTurn(path, async () => {
      const [first, ...others] = await this.#ofEach(({ writer }) => writer.directory(path));
      if (first === undefined) return;
      await fill(first.path);
      for (const other of others) await cp(first.path, other.path, { recursive: true });
      const all = [first, ...others];
      const stop = watch(() => {
        const counts = all.flatMap((directory) => directory.bytes?.() ?? []);
        return counts.length === 0 ? undefined : sum(counts);
      });
      try {
        await rejectedBy(this.failed, Promise.all(all.map((directory) => directory.finish())));
      } finally {
        stop();
      }
    });
  }

  /** Waits until the one before has been begun. The turn of an item that could not be begun passes when it is discarded. */
  async #inTurn<T>(path: string, begin: () => Promise<T>): Promise<T> {
    const index = this.#paths.indexOf(path);
    const before = this.#begun[index - 1];
    if (before !== undefined) await rejectedBy(this.failed, before.promise);
    const result = await begin();
    this.#begun[index]?.resolve();
    return result;
  }

  /** Where one of several archives cannot take what the others have taken, it is given up. */
  async #ofEach<T>(work: (target: Target) => Promise<T>): Promise<readonly T[]> {
    const targets = this.good();
    const settled = await Promise.allSettled(targets.map(work));
    this.#context.signal.throwIfAborted();
    this.failed.throwIfAborted();
    const done = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    for (const [index, result] of settled.entries()) {
      if (result.status === 'fulfilled') continue;
      if (done.length === 0) throw result.reason;
      await this.#giveUp(targets[index] as Target, result.reason);
    }
    return done;
  }

  async #giveUp(target: Target, cause: unknown): Promise<void> {
    const { repository, writer } = target;
    if (writer.failed.aborted) return;
    const message = `${repository} could not take an item: ${(cause as Error).message}`;
    const error = cause instanceof BackupError ? cause : new BackupError('REPOSITORY_FAILED', message, { cause });
    this.#failures.set(repository, withDetails(error, { repository }));
    await this.abandonOne(target);
  }
}

export interface Outlet {
  readonly fd: number;
  /** Resolves when the archives have begun to read; rejects when none of them ever will. */
  readonly taken: Promise<void>;
  /** A count that grows with the bytes that the archives have taken; undefined where it cannot be known. */
  bytes(): number | undefined;
  /** The dump is whole. Resolves when all of it has been handed on. */
  finish(): Promise<void>;
  /** Ends what stands between; afterwards nobody has seen an end that was not let through. */
  close(): Promise<void>;
}

interface FallibleItem extends ItemWriter {
  readonly failed: AbortSignal;
}

/** tee(1) joins one dump to several archives; with `-p` it goes on when one of them gives way. */
async function relay(
  items: readonly FallibleItem[],
  context: RepositoryContext,
  signal: AbortSignal,
): Promise<Omit<Outlet, 'taken'>> {
  const pipe = await Pipe.make(context.directory, context.signal);
  const [first, ...others] = items.filter(({ failed }) => !failed.aborted).map(({ fd }) => fd);
  const drains: Promise<Child | undefined>[] = [];
  // Later on the descriptors are closed, and their numbers those of others.
  const over = new AbortController();
  for (const { fd, failed } of items) {
    const divert = () => void drains.push(drain(fd).catch(() => undefined));
    failed.addEventListener('abort', divert, { once: true, signal: over.signal });
  }
  let child: Child;
  try {
    child = await startChild(
      { file: 'tee', args: ['-p', ...others.map((_, index) => `/dev/fd/${3 + index}`)] },
      { stdin: pipe.readEnd, stdout: first ?? 'ignore', inherit: others, signal },
    );
  } catch (error) {
    over.abort();
    pipe.close();
    throw error;
  }
  pipe.closeReadEnd();
  return {
    fd: pipe.writeEnd,
    bytes: () => sum(items.map((item) => item.bytes())),
    finish: async () => {
      pipe.closeWriteEnd();
      const { code, stderr } = await child.exited;
      over.abort();
      // An archive that has given way counts for nothing with `-p`; this is something else.
      if (code !== 0) throw new BackupError('DUMP_FAILED', `tee failed between the dump and the archives: ${stderr}`);
      await Promise.all(items.map((item) => item.finish()));
    },
    close: async () => {
      over.abort();
      await child.end();
      await Promise.all(drains.map(async (drain) => (await drain)?.end()));
      pipe.close();
    },
  };
}

/**
 * Reads and throws away what is for an archive that has failed. tee opens anew what it is given by its descriptor, and with
 * no reader on the other side a named pipe would keep it waiting for ever.
 */
async function drain(fd: number): Promise<Child> {
  const path = `/dev/fd/${fd}`;
  const keeper = openSync(path, constants.O_RDWR); // never waits, and so the next one does not
  const reader = openSync(path, constants.O_RDONLY);
  try {
    return await startChild({ file: 'cat', args: [] }, { stdin: reader, stdout: 'ignore' });
  } finally {
    closeSync(keeper);
    closeSync(reader);
  }
}

function sum(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce((total, count) => (total === undefined || count === undefined ? undefined : total + count), 0);
}
