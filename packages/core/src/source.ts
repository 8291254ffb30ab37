import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BackupError } from './errors.ts';
import type { Command, DumpSource } from './hook.ts';
import type { JobContext } from './job.ts';
import { type Limits, stalled } from './limits.ts';
import { type Exit, startChild } from './process/child.ts';
import { Pipe } from './process/pipe.ts';
import { rejectedBy } from './process/rejected-by.ts';
import { watch } from './progress.ts';
import { type Patience, readItem, readOpened } from './read-item.ts';
import type { DatabaseRef } from './report.ts';
import type { ItemReader } from './repository.ts';
import type { RestoreTask } from './restore-tasks.ts';
import type { SmallItemsReader } from './small-items.ts';

/** One dump out of an archive, as a hook gets it. */
export class Source implements DumpSource {
  readonly #archive: SmallItemsReader;
  readonly #path: string;
  readonly #bytes: number;
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
    archive: SmallItemsReader,
    { path, ref, bytes }: Pick<RestoreTask, 'path' | 'ref' | 'bytes'>,
    directory: string,
    context: JobContext,
    limits: Limits,
    onBytes: (bytes: number) => void,
  ) {
    this.#archive = archive;
    this.#path = path;
    this.#bytes = bytes;
    this.#database = ref;
    this.#limits = limits;
    this.#directory = directory;
    this.#context = context;
    this.#onBytes = onBytes;
  }

  async into(...commands: readonly [Command, ...Command[]]): Promise<void> {
    const held = commands.length === 1 ? await this.#archive.held(this.#path) : undefined;
    if (held !== undefined) {
      await this.#feedHeld(commands[0], held);
      this.whole = true;
      return;
    }
    let item = await this.#open();
    try {
      for (const filter of commands.slice(0, -1)) {
        item = await this.#through(this.#context.prepare(filter), item, (exit) => this.#context.failure(filter, exit));
      }
      await this.#feed(commands.at(-1) as Command, item);
      await this.#drain(item);
      this.whole = true;
    } finally {
      await item.close();
    }
  }

  async intoFirst(bytes: number, command: Command): Promise<string> {
    const held = await this.#archive.held(this.#path);
    if (held !== undefined) {
      await this.#feedHeld(command, held.subarray(0, bytes));
      this.whole = true;
      return Buffer.from(held.subarray(bytes)).toString('utf8');
    }
    const item = await this.#open();
    // It reads no further than it is told: coreutils' manual, "head invocation".
    const head = { file: 'head', args: ['-c', String(bytes)] };
    const failure = ({ stderr }: Exit) =>
      new BackupError('RESTORE_FAILED', `head failed between the archive and the client: ${stderr}`);
    let first: ItemReader | undefined;
    try {
      first = await this.#through(head, item, failure, 'filter');
      await this.#feed(command, first);
      const rest: Uint8Array[] = [];
      for await (const chunk of readOpened(item, this.#context.signal, this.#patience)) rest.push(chunk);
      const text = Buffer.concat(rest);
      if (text.length !== this.#bytes - bytes) throw readTooFar(text.length, this.#bytes - bytes);
      this.whole = true;
      return text.toString('utf8');
    } finally {
      await first?.close();
      await item.close();
    }
  }

  async #open(): Promise<ItemReader> {
    this.#context.signal.throwIfAborted();
    return this.#archive.stream(this.#path);
  }

  /**
   * What a filter makes of an item.
   * @param end when it may be seen: when the filter has exited with status 0, and when besides the item was whole
   */
  async #through(
    filter: Command,
    item: ItemReader,
    failure: (exit: Exit) => BackupError,
    end: 'filter' | 'whole' = 'whole',
  ): Promise<ItemReader> {
    const pipe = await Pipe.make(this.#directory, this.#context.signal);
    const child = await startChild(filter, { stdin: item.fd, stdout: pipe.writeEnd }).catch((error: unknown) => {
      pipe.close();
      throw error;
    });
    const finished = child.exited.then((exit) => {
      if (exit.code !== 0) throw failure(exit);
    });
    const both = item.whole.then(() => finished);
    const whole = (end === 'whole' ? Promise.all([finished, both]) : Promise.race([finished, both])).then(() =>
      pipe.closeWriteEnd(),
    );
    whole.catch(() => {}); // whoever waits for it gets it
    return {
      fd: pipe.readEnd,
      bytes: item.bytes,
      whole,
      close: async () => {
        await item.close();
        await child.end();
        pipe.close();
      },
    };
  }

  /** Without a pipe of a name, what fills it and what empties it: for a small dump, these cost more than the dump. */
  async #feedHeld(command: Command, data: Uint8Array): Promise<void> {
    let bytes = 0;
    const input = Readable.from(
      inChunks(data, (given) => {
        bytes = given;
      }),
    );
    const whole = new Promise<void>((resolve) => input.once('end', resolve));
    await this.#feed(command, { input, whole, bytes: () => bytes });
  }

  /** Resolves when the client has exited with status 0. It is ended when the dump turns out not to be whole. */
  async #feed(
    command: Command,
    item: Pick<ItemReader, 'whole' | 'bytes'> & (Pick<ItemReader, 'fd'> | { readonly input: Readable }),
  ): Promise<void> {
    this.#context.signal.throwIfAborted();
    const { stallTimeoutMs } = this.#limits;
    const broken = new AbortController();
    item.whole.catch((reason: unknown) => broken.abort(reason));
    const over = AbortSignal.any([this.#context.signal, broken.signal]);
    const client = this.#context.prepare(command);
    const child = await ('fd' in item
      ? startChild(client, { stdin: item.fd })
      : startChild({ ...client, input: item.input }));
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

  /**
   * A client may stop before the end of a dump whose rest it does not need, as pg_restore does. The archive is read on all the
   * same: only its end says that what came before was right.
   */
  async #drain(item: ItemReader): Promise<void> {
    const rest = await startChild({ file: 'cat', args: [] }, { stdin: item.fd, stdout: 'ignore' });
    const stall = new AbortController();
    const { ms: stallTimeoutMs, error } = this.#patience;
    const stop = watch({ read: item.bytes, stallTimeoutMs, onStall: () => stall.abort(error()) });
    try {
      await rejectedBy(this.#context.signal, rejectedBy(stall.signal, item.whole));
      await rest.exited;
    } finally {
      stop();
      await rest.end();
    }
  }

  get #patience(): Patience {
    const { stallTimeoutMs: ms } = this.#limits;
    return { ms, error: () => stalled('restore', this.#database, ms) };
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
    for await (const chunk of readItem(
      this.#archive,
      [this.#path],
      this.#bytes,
      this.#context.signal,
      this.#patience,
    )) {
      bytes += chunk.length;
      this.#onBytes(bytes);
      yield chunk;
    }
    this.whole = true;
  }
}

/** Of some, such as BusyBox's, what follows is lost. */
function readTooFar(bytes: number, expected: number): BackupError {
  return new BackupError(
    'RESTORE_FAILED',
    `after the first bytes of the dump ${bytes} were left instead of ${expected}: \`head -c\` reads further than told`,
    { hint: 'let `head` on the PATH be that of GNU coreutils' },
  );
}

const chunkBytes = 65_536;

/** @param onBytes told how many have been taken */
function* inChunks(data: Uint8Array, onBytes: (bytes: number) => void): Generator<Uint8Array> {
  for (let offset = 0; offset < data.length; offset += chunkBytes) {
    yield data.subarray(offset, offset + chunkBytes);
    onBytes(Math.min(offset + chunkBytes, data.length));
  }
}
