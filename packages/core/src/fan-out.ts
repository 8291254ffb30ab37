import { cp } from 'node:fs/promises';
import { BackupError } from './errors.ts';
import { type Child, startChild } from './process/child.ts';
import { Pipe, writeWhole } from './process/pipe.ts';
import type { ArchiveWriter, ItemWriter, RepositoryContext } from './repository.ts';

/** One repository of a run, and the archive that is being written to it. */
export interface Target {
  readonly repository: string;
  readonly writer: ArchiveWriter;
}

/** The archives that a run writes: each dump is made once and goes to all of them that have not failed. */
export class FanOut {
  readonly targets: readonly Target[];
  readonly #context: RepositoryContext;
  readonly #allFailed = new AbortController();

  constructor(targets: readonly Target[], context: RepositoryContext) {
    this.targets = targets;
    this.#context = context;
    for (const { writer } of targets) {
      writer.failed.addEventListener('abort', () => {
        if (this.good().length === 0) this.#allFailed.abort(writer.failed.reason);
      });
    }
  }

  good(): readonly Target[] {
    return this.targets.filter(({ writer }) => !writer.failed.aborted);
  }

  /** Aborted as soon as no archive is left to write to, for the reason of the last. */
  get failed(): AbortSignal {
    return this.#allFailed.signal;
  }

  /** The next item in every good archive, as one descriptor. Resolves when all of them read. */
  async stream(path: string): Promise<Outlet> {
    const items = await this.#ofEach(async ({ writer }) => {
      const item = await writer.stream(path);
      await item.taken;
      return item;
    });
    const [only] = items;
    if (only !== undefined && items.length === 1)
      return { fd: only.fd, taken: only.bytes, finish: async () => only.finish(), close: async () => {} };
    return relay(items, this.#context);
  }

  /** What came of this item in the good archives is no dump: it is taken out again, and the next item may come. */
  async discard(path: string): Promise<void> {
    await this.#ofEach(({ writer }) => writer.discard(path));
  }

  /** The next item as text. */
  async text(path: string, text: string): Promise<void> {
    const items = await this.#ofEach(async ({ writer }) => {
      const item = await writer.stream(path);
      await item.taken;
      return item;
    });
    for (const item of items) {
      await writeWhole(item.fd, Buffer.from(text)).catch(() => {}); // its writer tells when it has failed
      item.finish();
    }
  }

  /** The next item as a directory, filled once and handed to every good archive. */
  async directory(path: string, fill: (path: string) => Promise<unknown>): Promise<void> {
    const [first, ...others] = await this.#ofEach(({ writer }) => writer.directory(path));
    if (first === undefined) return;
    await fill(first.path);
    for (const other of others) await cp(first.path, other.path, { recursive: true });
    for (const directory of [first, ...others]) directory.finish();
  }

  async #ofEach<T>(work: (target: Target) => Promise<T>): Promise<readonly T[]> {
    const settled = await Promise.allSettled(this.good().map(work));
    this.#context.signal.throwIfAborted();
    this.failed.throwIfAborted();
    const rejected = settled.find((result) => result.status === 'rejected');
    const done = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    if (rejected !== undefined && done.length === 0) throw rejected.reason;
    return done;
  }
}

export interface Outlet {
  readonly fd: number;
  /** A count that grows with the bytes that the archives have taken; undefined where it cannot be known. */
  taken(): number | undefined;
  /** The dump is whole. Resolves when all of it has been handed on. */
  finish(): Promise<void>;
  /** Ends what stands between; afterwards nobody has seen an end that was not let through. */
  close(): Promise<void>;
}

/** tee(1) joins one dump to several archives; with `-p` it goes on when one of them gives way. */
async function relay(items: readonly ItemWriter[], context: RepositoryContext): Promise<Outlet> {
  const pipe = await Pipe.make(context.directory, context.signal);
  const [first, ...others] = items.map(({ fd }) => fd);
  let child: Child;
  try {
    child = await startChild(
      { file: 'tee', args: ['-p', ...others.map((_, index) => `/dev/fd/${3 + index}`)] },
      { stdin: pipe.readEnd, stdout: first as number, inherit: others },
    );
  } catch (error) {
    pipe.close();
    throw error;
  }
  pipe.closeReadEnd();
  return {
    get fd() {
      return pipe.writeEnd;
    },
    taken: () => sum(items.map((item) => item.bytes())),
    finish: async () => {
      pipe.closeWriteEnd();
      const { code, stderr } = await child.exited;
      // An archive that has given way counts for nothing with `-p`; this is something else.
      if (code !== 0) throw new BackupError('DUMP_FAILED', `tee failed between the dump and the archives: ${stderr}`);
      for (const item of items) item.finish();
    },
    close: async () => {
      await child.end();
      pipe.close();
    },
  };
}

function sum(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce((total, count) => (total === undefined || count === undefined ? undefined : total + count), 0);
}
