import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  BackupError,
  type Command,
  type DatabaseHook,
  type DumpSink,
  type DumpSource,
  type HookContext,
  type Item,
  type Meta,
} from '@dumpstream/core';

type Entry = Readonly<Record<string, unknown>> & { readonly name: string };

/** What a call of a hook left behind besides its result. */
export interface Traces {
  readonly warnings: string[];
  readonly commands: Command[];
}

/** Dumps into a file, as core would into an archive. */
export async function dumpByHand(hook: DatabaseHook, entry: Entry, file: string, options: Options = {}): Promise<Meta> {
  return inContext(hook, options, async (context, execute) => {
    const from: DumpSink['from'] = async (...commands) => {
      for (const [at, command] of commands.entries()) {
        await execute(command, (child) => {
          child.stdin?.on('error', () => {}); // not every command reads it
          child.stdin?.end(command.input ?? '');
          return pipeline(
            child.stdout as NodeJS.ReadableStream,
            createWriteStream(file, { flags: at === 0 ? 'w' : 'a' }),
          );
        });
      }
    };
    const sink = { from } as DumpSink;
    return hook.dump({ item: { name: entry.name, kind: options.kind ?? 'database' }, entry }, sink, context);
  });
}

/** Restores out of a file. @param archived the name that the database had when it was dumped */
export async function restoreByHand(
  hook: DatabaseHook,
  archived: string,
  entry: Entry,
  file: string,
  meta: Meta,
  options: Options = {},
): Promise<void> {
  return inContext(hook, options, async (context, execute) => {
    const feed = (command: Command, bytes: Readable) =>
      execute(command, (child) => pipeline(bytes, child.stdin as NodeJS.WritableStream));
    const into: DumpSource['into'] = async (...commands) => {
      const client = commands.at(-1) as Command;
      let bytes: Readable = createReadStream(file);
      for (const { file: filter, args, env } of commands.slice(0, -1)) {
        const child = spawn(filter, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
        bytes.pipe(child.stdin);
        bytes = child.stdout;
      }
      await feed(client, bytes);
    };
    const intoFirst: DumpSource['intoFirst'] = async (bytes, command) => {
      const whole = await readFile(file);
      await feed(command, Readable.from([whole.subarray(0, bytes)]));
      return whole.subarray(bytes).toString();
    };
    const job = {
      item: { name: archived, kind: options.kind ?? 'database' },
      entry,
      meta,
      strategy: options.strategy ?? ('swap' as const),
      endSessions: true,
      bytes: options.bytes ?? (await stat(file)).size,
    };
    const { warnings = [] } = (await hook.check?.(job, context)) ?? {};
    options.traces?.warnings.push(...warnings);
    await hook.restore(
      job,
      { into, intoFirst, read: () => createReadStream(file) } as Partial<DumpSource> as DumpSource,
      context,
    );
  });
}

export async function checkByHand(hook: DatabaseHook, entry: Entry, options: Options = {}) {
  return inContext(hook, options, async (context) =>
    hook.check?.({ item: { name: entry.name, kind: options.kind ?? 'database' }, entry }, context),
  );
}

export async function listByHand(hook: DatabaseHook, entry: Entry, options: Options = {}): Promise<readonly Item[]> {
  return inContext(hook, options, async (context) => (await hook.list?.(entry, context)) ?? []);
}

interface Options {
  readonly kind?: Item['kind'];
  readonly strategy?: 'swap' | 'in-place';
  readonly signal?: AbortSignal;
  readonly traces?: Traces;
  /** Comes between: it is awaited before each command. */
  readonly before?: (command: Command) => Promise<unknown>;
  /** How large the dump is said to be. */
  readonly bytes?: number;
}

type Execute = (command: Command, transfer: (child: ChildProcess) => Promise<unknown>) => Promise<void>;

async function inContext<T>(
  hook: DatabaseHook,
  { signal = new AbortController().signal, traces, before }: Options,
  work: (context: HookContext, execute: Execute) => Promise<T>,
): Promise<T> {
  const deferred: ((context: HookContext) => Promise<unknown>)[] = [];
  const executeWith =
    (abort: AbortSignal): Execute =>
    async (command, transfer) => {
      traces?.commands.push(command);
      await before?.(command);
      abort.throwIfAborted();
      const child = spawn(command.file, command.args, { env: { ...process.env, ...command.env } });
      const errors: Buffer[] = [];
      child.stderr.on('data', (data: Buffer) => errors.push(data));
      const end = () => child.kill();
      abort.addEventListener('abort', end);
      const exited = new Promise<number | null>((resolve, reject) => {
        child.once('error', (error) => reject(new BackupError('COMMAND_MISSING', error.message)));
        child.once('close', resolve);
      });
      const [code] = await Promise.all([exited, transfer(child).catch(() => {})]);
      abort.removeEventListener('abort', end);
      abort.throwIfAborted();
      if (code === 0) return;
      const stderr = Buffer.concat(errors).toString();
      throw new BackupError(hook.explain?.(stderr)?.code ?? 'DUMP_FAILED', stderr);
    };
  const made = new Map<string, Promise<unknown>>();
  const runWith = (abort: AbortSignal) => async (command: Command) => {
    const output: Buffer[] = [];
    await executeWith(abort)(command, async (child) => {
      child.stdin?.on('error', () => {});
      child.stdin?.end(command.input ?? '');
      for await (const data of child.stdout as NodeJS.ReadableStream) output.push(data as Buffer);
    });
    return Buffer.concat(output).toString();
  };
  const contextWith = (abort: AbortSignal): HookContext => ({
    signal: abort,
    run: runWith(abort),
    talk: ({ file }) => {
      throw new Error(`nobody talks to ${file}`);
    },
    once: <T>(key: string, make: (context: Pick<HookContext, 'run' | 'signal'>) => Promise<T>) => {
      const known = made.get(key) ?? make({ signal, run: runWith(signal) });
      made.set(key, known);
      return known as Promise<T>;
    },
    defer: (cleanup) => void deferred.push(cleanup),
    warn: (message) => void traces?.warnings.push(message),
  });
  try {
    return await work(contextWith(signal), executeWith(signal));
  } finally {
    // As core has it: what a cleanup throws is a warning.
    for (const cleanup of deferred.reverse()) {
      await cleanup(contextWith(new AbortController().signal)).catch((error: Error) => {
        traces?.warnings.push(error.message);
      });
    }
  }
}
