import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BackupError } from './errors.ts';
import type { Command, DumpSource } from './hook.ts';
import type { DatabaseJob, JobContext } from './job.ts';
import { type Limits, stalled } from './limits.ts';
import { type Child, startChild } from './process/child.ts';
import { Pipe } from './process/pipe.ts';
import { watch } from './progress.ts';
import { readItem, readOpened } from './read-item.ts';
import type { DatabaseRef } from './report.ts';
import type { ArchiveReader, ItemReader } from './repository.ts';

/** One dump out of an archive, as a hook gets it. */
export class Source implements DumpSource {
  readonly #archive: ArchiveReader;
  readonly #path: string;
  readonly #directory: string;
  readonly #database: DatabaseRef;
  readonly #context: JobContext;
  readonly #limits: Limits;
  readonly #onBytes: (bytes: number) => void;
  /** Whether the dump was read to its end, and was whole. */
  whole = false;

  /**
   * @param directory private, for what cannot stream
   */
  constructor(
    archive: ArchiveReader,
    { path, ref }: Pick<DatabaseJob, 'path' | 'ref'>,
    directory: string,
    context: JobContext,
    limits: Limits,
    onBytes: (bytes: number) => void,
  ) {
    this.#archive = archive;
    this.#path = path;
    this.#database = ref;
    this.#limits = limits;
    this.#directory = directory;
    this.#context = context;
    this.#onBytes = onBytes;
  }

  async into(command: Command): Promise<void> {
    this.#context.signal.throwIfAborted();
    const item = await this.#archive.stream(this.#path);
    try {
      await this.#feed(command, item);
      await drain(item);
      this.whole = true;
    } finally {
      await item.close();
    }
  }

  /** Resolves when the client has exited with status 0. It is ended when the dump turns out not to be whole. */
  async #feed(command: Command, item: ItemReader): Promise<void> {
    const { stallTimeoutMs } = this.#limits;
    const broken = new AbortController();
    item.whole.catch((reason: unknown) => broken.abort(reason));
    const over = AbortSignal.any([this.#context.signal, broken.signal]);
    const child = await startChild(this.#context.prepare(command), { stdin: item.fd });
    const end = () => void child.end();
    over.addEventListener('abort', end, { once: true });
    if (over.aborted) end();
    const stop = watch({
      read: item.bytes,
      onGrowth: this.#onBytes,
      stallTimeoutMs,
      onStall: () => broken.abort(stalled('restore', this.#database, stallTimeoutMs)),
    });
    // With the last byte the client has work of its own to do, such as indexes, and may take its time.
    void item.whole.then(stop, stop);
    try {
      const exit = await child.exited;
      over.throwIfAborted();
      if (exit.code !== 0) throw this.#context.failure(command, exit);
    } finally {
      stop();
      over.removeEventListener('abort', end);
    }
  }

  async intoFirst(bytes: number, command: Command): Promise<string> {
    const { signal } = this.#context;
    signal.throwIfAborted();
    const item = await this.#archive.stream(this.#path);
    const pipe = await Pipe.make(this.#directory, signal);
    let head: Child | undefined;
    try {
      // It reads no further than it is told: coreutils' manual, "head invocation".
      head = await startChild({ file: 'head', args: ['-c', String(bytes)] }, { stdin: item.fd, stdout: pipe.writeEnd });
      const first = head.exited.then(({ code, stderr }) => {
        if (code !== 0)
          throw new BackupError('RESTORE_FAILED', `head failed between the archive and the client: ${stderr}`);
        pipe.closeWriteEnd();
      });
      await this.#feed(command, { ...item, fd: pipe.readEnd, whole: Promise.all([first, item.whole]).then(() => {}) });
      const rest: Uint8Array[] = [];
      for await (const chunk of readOpened(item, signal)) rest.push(chunk);
      this.whole = true;
      return Buffer.concat(rest).toString('utf8');
    } finally {
      await item.close();
      await head?.end();
      pipe.close();
    }
  }

  read(): Readable {
    return Readable.from(this.#chunks(), { objectMode: false });
  }

  async directory(use: (path: string) => Promise<unknown>): Promise<void> {
    const path = await mkdtemp(join(this.#directory, 'dump-'));
    try {
      await this.#archive.directory(this.#path, path);
      this.whole = true;
      await use(path);
    } finally {
      await rm(path, { recursive: true, force: true });
    }
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const chunk of readItem(this.#archive, this.#path, this.#context.signal)) {
      bytes += chunk.length;
      this.#onBytes(bytes);
      yield chunk;
    }
    this.whole = true;
  }
}

/**
 * A client may stop before the end of a dump whose rest it does not need, as pg_restore does. The archive is read on all the
 * same: only its end says that what came before was right.
 */
async function drain(item: ItemReader): Promise<void> {
  const rest = await startChild({ file: 'cat', args: [] }, { stdin: item.fd, stdout: 'ignore' });
  try {
    await item.whole;
    await rest.exited;
  } finally {
    await rest.end();
  }
}
