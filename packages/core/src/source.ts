import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Command, DumpSource } from './hook.ts';
import type { JobContext } from './job.ts';
import { startChild } from './process/child.ts';
import { sample } from './progress.ts';
import { readItem } from './read-item.ts';
import type { ArchiveReader, ItemReader } from './repository.ts';

/** One dump out of an archive, as a hook gets it. */
export class Source implements DumpSource {
  readonly #archive: ArchiveReader;
  readonly #path: string;
  readonly #directory: string;
  readonly #context: JobContext;
  readonly #onBytes: (bytes: number) => void;
  /** Whether the dump was read to its end, and was whole. */
  whole = false;

  /**
   * @param path of the dump in the archive
   * @param directory private, for what cannot stream
   */
  constructor(
    archive: ArchiveReader,
    path: string,
    directory: string,
    context: JobContext,
    onBytes: (bytes: number) => void,
  ) {
    this.#archive = archive;
    this.#path = path;
    this.#directory = directory;
    this.#context = context;
    this.#onBytes = onBytes;
  }

  async into(command: Command): Promise<void> {
    this.#context.signal.throwIfAborted();
    const item = await this.#archive.stream(this.#path);
    const child = await startChild(this.#context.prepare(command), { stdin: item.fd });
    const end = () => void child.end();
    const { signal } = this.#context;
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    // The reader lets nobody see the end of a dump that is not whole, so whoever reads it has to be ended.
    let broken: { readonly reason: unknown } | undefined;
    item.whole.catch((reason: unknown) => {
      broken = { reason };
      end();
    });
    const stopSampling = sample(item.bytes, this.#onBytes);
    try {
      const exit = await child.exited;
      signal.throwIfAborted();
      if (broken !== undefined) throw broken.reason;
      if (exit.code !== 0) throw this.#context.failure(command, exit);
      await drain(item);
      this.whole = true;
    } finally {
      stopSampling();
      signal.removeEventListener('abort', end);
      await item.close();
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
