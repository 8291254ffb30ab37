import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Call } from './call.ts';
import { elapsed } from './call.ts';
import { BackupError } from './errors.ts';
import type { FanOut, Outlet } from './fan-out.ts';
import type { Command, DumpSink, Meta } from './hook.ts';
import { type DatabaseJob, describe, inJob, type JobContext } from './job.ts';
import { type Limits, stalled } from './limits.ts';
import { canBeNamed } from './manifest.ts';
import { type Exit, startChild } from './process/child.ts';
import { ioCounters } from './process/io-counters.ts';
import { hasReader, writeWhole } from './process/pipe.ts';
import { rejectedBy, rejectedWithin } from './process/rejected-by.ts';
import { watch } from './progress.ts';

export interface Dumped {
  readonly meta: Meta;
  readonly durationMs: number;
}

/** Has the hook dump one database into its place in the archives. */
export async function dumpDatabase(
  call: Call,
  job: DatabaseJob,
  archives: FanOut,
  limits: Limits,
  onBytes: (bytes: number) => void,
): Promise<Dumped> {
  const started = performance.now();
  return inJob(call, job.hook, job.ref, 'DUMP_FAILED', async (context) => {
    const sink = new Sink(job, archives, context, limits, onBytes);
    const meta = await job.hook.dump(job, sink, context);
    if (sink.state !== 'whole') {
      throw new BackupError('DUMP_FAILED', `the hook for ${describe(job.ref)} resolved without a whole dump`, {
        hint: 'dump() must call one method of its sink, once, and await it',
      });
    }
    refuseUnkept(job, meta);
    return { meta, durationMs: elapsed(started) };
  });
}

/** The manifest takes strings alone, and without it there is no archive: types do not hold for hooks in JavaScript. */
function refuseUnkept({ ref, path }: DatabaseJob, meta: unknown): void {
  if (canBeNamed({ ...ref, path, meta })) return;
  throw new BackupError('DUMP_FAILED', `the hook for ${describe(ref)} resolved with ${JSON.stringify(meta)}`, {
    hint: 'dump() must resolve with an object of strings, `format` among them',
  });
}

class Sink implements DumpSink {
  readonly #job: DatabaseJob;
  readonly #archives: FanOut;
  readonly #context: JobContext;
  readonly #onBytes: (bytes: number) => void;
  readonly #limits: Limits;
  readonly #stalled = new AbortController();
  /** Aborted when there is nothing more to be done for this dump: by the caller, for want of an archive, or for a stall. */
  readonly #over: AbortSignal;
  state: 'unused' | 'begun' | 'whole' = 'unused';

  constructor(
    job: DatabaseJob,
    archives: FanOut,
    context: JobContext,
    limits: Limits,
    onBytes: (bytes: number) => void,
  ) {
    this.#limits = limits;
    this.#over = AbortSignal.any([context.signal, archives.failed, this.#stalled.signal]);
    this.#job = job;
    this.#archives = archives;
    this.#context = context;
    this.#onBytes = onBytes;
  }

  from(...commands: readonly [Command, ...Command[]]): Promise<void> {
    return this.#throughOutlet(async (outlet) => {
      let before = 0;
      for (const command of commands) {
        let last = 0;
        const exit = await this.#runInto(command, outlet.fd, (bytes) => {
          last = bytes;
          this.#onBytes(before + last);
        });
        before += last;
        if (exit.code === 0) continue;
        await this.#archiveFailure(outlet);
        throw this.#context.failure(command, exit);
      }
    });
  }

  write(data: AsyncIterable<Uint8Array>): Promise<void> {
    return this.#throughOutlet(async (outlet) => {
      // A full pipe would park one of the few threads that there are for all files.
      await rejectedBy(this.#over, outlet.taken);
      let bytes = 0;
      for await (const chunk of until(this.#over, data)) {
        await writeWhole(outlet.fd, chunk).catch(async (error: unknown) => {
          await this.#archiveFailure(outlet);
          throw error;
        });
        bytes += chunk.length;
        this.#onBytes(bytes);
      }
    });
  }

  async directory(make: (path: string) => Promise<unknown>): Promise<void> {
    this.#begin();
    const fill = async (path: string) => {
      const stop = this.#watch(() => sizeOf(path), this.#onBytes);
      try {
        await rejectedBy(this.#over, make(path));
      } finally {
        stop();
      }
    };
    await rejectedBy(
      this.#over,
      this.#archives.directory(this.#job.path, fill, (bytes) => this.#watch(bytes)),
    );
    this.#over.throwIfAborted();
    this.state = 'whole';
  }

  async #throughOutlet(work: (outlet: Outlet) => Promise<void>): Promise<void> {
    this.#begin();
    const outlet = await this.#archives.stream(this.#job.path);
    // What the archives take is counted and not what the client writes, which may be a wrapper around it; before its turn
    // has come they take others' bytes.
    const watching = outlet.taken.then(() => this.#watch(outlet.bytes));
    watching.catch(() => {});
    try {
      await work(outlet);
      this.#over.throwIfAborted();
      await rejectedBy(this.#over, outlet.taken);
      await rejectedBy(this.#over, outlet.finish());
      this.state = 'whole';
    } finally {
      void watching.then(
        (stop) => stop(),
        () => {},
      );
      await outlet.close();
    }
  }

  async #runInto(command: Command, fd: number, onBytes: (bytes: number) => void): Promise<Exit> {
    this.#over.throwIfAborted();
    const child = await startChild(this.#context.prepare(command), { stdout: fd, signal: this.#over });
    const end = () => void child.end();
    this.#over.addEventListener('abort', end, { once: true });
    if (this.#over.aborted) end();
    const stop = watch({ read: () => ioCounters(child.pid)?.written, onGrowth: onBytes });
    try {
      return await child.exited;
    } finally {
      stop();
      this.#over.removeEventListener('abort', end);
      this.#over.throwIfAborted();
    }
  }

  #watch(read: () => number | undefined | Promise<number>, onGrowth: (bytes: number) => void = () => {}): () => void {
    const { stallTimeoutMs } = this.#limits;
    const onStall = () => this.#stalled.abort(stalled('dump', this.#job.ref, stallTimeoutMs));
    return watch({ read, onGrowth, stallTimeoutMs, onStall });
  }

  #begin(): void {
    if (this.state !== 'unused') {
      throw new BackupError('DUMP_FAILED', `the hook for ${describe(this.#job.ref)} used its sink twice`);
    }
    this.state = 'begun';
  }

  /** A dump that cannot write fails before the reader's own end is known: the reader's failure is the cause. */
  async #archiveFailure({ fd }: Outlet): Promise<void> {
    await rejectedWithin(this.#archives.failed, hasReader(fd) ? readerGraceMs : goneReaderGraceMs);
  }
}

const readerGraceMs = 300;
/** A reader that is gone may have much to undo before it ends, and over a network that takes a while. */
const goneReaderGraceMs = 30_000;

/** A data source that is asked for nothing more once the signal is aborted, even while it makes us wait. */
async function* until(signal: AbortSignal, data: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = data[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await rejectedBy(signal, iterator.next());
      if (done === true) return;
      yield value;
    }
  } finally {
    void iterator.return?.();
  }
}

/** Bytes of all files at and below a path, so far. */
async function sizeOf(path: string): Promise<number> {
  const files = await readdir(path, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(path, file)).catch(() => undefined))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
