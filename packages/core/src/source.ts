import { read as readCallback } from 'node:fs';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { Command, DumpSource } from './hook.ts';
import type { JobContext } from './job.ts';
import { startChild } from './process/child.ts';
import { sample } from './progress.ts';
import type { ArchiveReader, ItemReader } from './repository.ts';

const readSome = promisify(readCallback);

/** One dump out of an archive, as a hook gets it. To be closed when the hook is done. */
export class Source implements DumpSource {
  readonly #archive: ArchiveReader;
  readonly #path: string;
  readonly #context: JobContext;
  readonly #onBytes: (bytes: number) => void;
  readonly #open = new Set<ItemReader>();
  /** Whether the dump was read to its end, and was whole. */
  whole = false;

  constructor(archive: ArchiveReader, path: string, context: JobContext, onBytes: (bytes: number) => void) {
    this.#archive = archive;
    this.#path = path;
    this.#context = context;
    this.#onBytes = onBytes;
  }

  async into(command: Command): Promise<void> {
    const item = await this.#begin();
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
    throw new Error(`dumps as directories are not supported yet: ${use.name}`);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((item) => item.close()));
  }

  async #begin(): Promise<ItemReader> {
    this.#context.signal.throwIfAborted();
    const item = await this.#archive.stream(this.#path);
    this.#open.add(item);
    return item;
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    const item = await this.#begin();
    const { fd } = item;
    const { signal } = this.#context;
    // Closing lets go a read that would wait for ever.
    const close = () => void item.close();
    signal.addEventListener('abort', close, { once: true });
    item.whole.catch(close);
    try {
      for (let bytes = 0; ; ) {
        signal.throwIfAborted();
        const buffer = Buffer.allocUnsafe(chunkBytes);
        const { bytesRead } = await readSome(fd, buffer, 0, chunkBytes, null);
        if (bytesRead === 0) break;
        bytes += bytesRead;
        this.#onBytes(bytes);
        yield buffer.subarray(0, bytesRead);
      }
      signal.throwIfAborted();
      await item.whole;
      this.whole = true;
    } finally {
      signal.removeEventListener('abort', close);
      await item.close();
    }
  }
}

const chunkBytes = 65_536;

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
