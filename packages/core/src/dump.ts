import type { Call } from './call.ts';
import { elapsed } from './call.ts';
import { BackupError } from './errors.ts';
import type { FanOut, Outlet } from './fan-out.ts';
import type { Command, DumpSink, Meta } from './hook.ts';
import { type DatabaseJob, describe, inJob, type JobContext } from './job.ts';
import { type Exit, startChild } from './process/child.ts';
import { ioCounters } from './process/io-counters.ts';
import { writeWhole } from './process/pipe.ts';
import { sample } from './progress.ts';

export interface Dumped {
  readonly meta: Meta;
  readonly durationMs: number;
}

/** Has the hook dump one database into its place in the archives. */
export async function dumpDatabase(
  call: Call,
  job: DatabaseJob,
  archives: FanOut,
  onBytes: (bytes: number) => void,
): Promise<Dumped> {
  const started = performance.now();
  return inJob(call, job.hook, job.ref, 'DUMP_FAILED', async (context) => {
    const sink = new Sink(job, archives, context, onBytes);
    const meta = await job.hook.dump(job, sink, context);
    if (sink.state !== 'whole') {
      throw new BackupError('DUMP_FAILED', `the hook for ${describe(job.ref)} resolved without a whole dump`, {
        hint: 'dump() must call one method of its sink, once, and await it',
      });
    }
    return { meta, durationMs: elapsed(started) };
  });
}

class Sink implements DumpSink {
  readonly #job: DatabaseJob;
  readonly #archives: FanOut;
  readonly #context: JobContext;
  readonly #onBytes: (bytes: number) => void;
  state: 'unused' | 'begun' | 'whole' = 'unused';

  constructor(job: DatabaseJob, archives: FanOut, context: JobContext, onBytes: (bytes: number) => void) {
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
        await this.#archiveFailure();
        throw this.#context.failure(command, exit);
      }
    });
  }

  write(data: AsyncIterable<Uint8Array>): Promise<void> {
    return this.#throughOutlet(async (outlet) => {
      let bytes = 0;
      for await (const chunk of data) {
        this.#throwIfOver();
        await writeWhole(outlet.fd, chunk).catch(async (error: unknown) => {
          await this.#archiveFailure();
          throw error;
        });
        bytes += chunk.length;
        this.#onBytes(bytes);
      }
    });
  }

  async directory(make: (path: string) => Promise<unknown>): Promise<void> {
    this.#begin();
    await this.#archives.directory(this.#job.path, make);
    this.#throwIfOver();
    this.state = 'whole';
  }

  async #throughOutlet(work: (outlet: Outlet) => Promise<void>): Promise<void> {
    this.#begin();
    const outlet = await this.#archives.stream(this.#job.path);
    try {
      await work(outlet);
      this.#throwIfOver();
      await outlet.finish();
      this.state = 'whole';
    } finally {
      await outlet.close();
    }
  }

  async #runInto(command: Command, fd: number, onBytes: (bytes: number) => void): Promise<Exit> {
    this.#throwIfOver();
    const child = await startChild(this.#context.prepare(command), { stdout: fd });
    const over = AbortSignal.any([this.#context.signal, this.#archives.failed]);
    const end = () => void child.end();
    over.addEventListener('abort', end, { once: true });
    if (over.aborted) end();
    const stopSampling = sample(() => ioCounters(child.pid)?.written, onBytes);
    try {
      return await child.exited;
    } finally {
      stopSampling();
      over.removeEventListener('abort', end);
      this.#throwIfOver();
    }
  }

  #begin(): void {
    if (this.state !== 'unused') {
      throw new BackupError('DUMP_FAILED', `the hook for ${describe(this.#job.ref)} used its sink twice`);
    }
    this.state = 'begun';
  }

  #throwIfOver(): void {
    this.#context.signal.throwIfAborted();
    this.#archives.failed.throwIfAborted();
  }

  /** A dump that cannot write fails just before the reader's own end is known: the reader's failure is the cause. */
  async #archiveFailure(): Promise<void> {
    const { failed } = this.#archives;
    const waited = AbortSignal.any([failed, AbortSignal.timeout(readerGraceMs)]);
    if (!waited.aborted) await new Promise((resolve) => waited.addEventListener('abort', resolve, { once: true }));
    failed.throwIfAborted();
  }
}

const readerGraceMs = 300;
