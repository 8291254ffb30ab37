import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { BackupError, type DatabaseHook, type Static, Type } from '@dumpstream/core';
import { bytesOf, fileOf, inJavaScript, list, place, things, withCommands } from './things.ts';

/** A hook with one mistake, as people make them. */
interface WrongHook {
  /** The one case that is meant for it. */
  readonly failing: string;
  readonly mistake: string;
  readonly kind: 'js' | 'commands';
  readonly hook: DatabaseHook;
}

type Entry = { name: string; directory: string; password?: string };
const fileIn = (entry: unknown) => fileOf(entry as Entry);

function js(failing: string, mistake: string, change: Partial<DatabaseHook>): WrongHook {
  return { failing, mistake, kind: 'js', hook: { ...inJavaScript, ...change } as DatabaseHook };
}

function commands(failing: string, mistake: string, change: Partial<DatabaseHook>): WrongHook {
  return { failing, mistake, kind: 'commands', hook: { ...withCommands, ...change } };
}

const format = { format: 'things' };
let current = '';

export const wrongHooks: readonly WrongHook[] = [
  js('shape', 'its name is no key', { name: 'Things Databases' }),
  js('shape', 'it recognises everything', { recognise: () => format }),
  js('shape', 'its recognition cannot bear short heads', {
    recognise: (head) => (head[0] === undefined ? (JSON.parse('') as never) : undefined),
  }),
  js('shape', 'it explains everything', { explain: () => ({ code: 'CONNECTION_FAILED' }) }),
  js('shape', "it has core's own key", { entry: Type.Object({ ...place, label: Type.Optional(Type.String()) }) }),
  js('configuration', 'it takes any port', {
    entry: Type.Object({ ...place, port: Type.Optional(Type.Integer()) }),
  }),
  js('round-trip', 'it restores to where the dump came from', {
    restore: ({ item, entry, ...job }, source, context) =>
      inJavaScript.restore(
        { item, ...job, entry: { ...(entry as Entry), name: item.name } as never } as never,
        source,
        context,
      ),
  }),
  js('in-place', 'it adds to what is there', {
    async restore(job, source, context) {
      const file = fileIn(job.entry);
      if (job.strategy === 'swap' || !existsSync(file)) return inJavaScript.restore(job as never, source, context);
      for await (const chunk of source.read()) await appendFile(file, chunk);
    },
  }),
  js('dry-run', 'its check makes what is missing', {
    async check(job) {
      if ('meta' in job && !existsSync(fileIn(job.entry))) await writeFile(fileIn(job.entry), '');
      return inJavaScript.check(job as never);
    },
  }),
  js('meta', 'its dumps have no format', {
    dump: async (job, sink) => ({ ...(await inJavaScript.dump(job as never, sink)), format: '' }),
  }),
  js('discovery', 'its list splits lines', {
    list: async (entry) =>
      (await list(entry as Static<typeof inJavaScript.entry>)).flatMap(({ name, kind }) =>
        name.split('\n').map((line) => ({ name: line, kind })),
      ),
  }),
  js('exact-bytes', 'it takes bytes for text', {
    async dump({ entry }, sink) {
      await sink.write(
        (async function* () {
          const decoder = new TextDecoder();
          for await (const chunk of bytesOf(fileIn(entry))) yield Buffer.from(decoder.decode(chunk, { stream: true }));
        })(),
      );
      return format;
    },
  }),
  js('empty-dump', 'it dumps nothing where there is nothing', {
    async dump(job, sink) {
      const { size } = await stat(fileIn(job.entry));
      return size === 0 ? format : inJavaScript.dump(job as never, sink);
    },
  }),
  js('slow-reader', 'it drops what nobody has taken yet', {
    async dump({ entry }, sink) {
      const chunks: Uint8Array[] = [];
      const reading = (async () => {
        for await (const chunk of bytesOf(fileIn(entry))) if (chunks.push(chunk) > 8) chunks.shift();
      })();
      reading.catch(() => {});
      await sink.write(
        (async function* () {
          await wait(20);
          for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) yield chunk;
          await reading;
          yield* chunks;
        })(),
      );
      return format;
    },
  }),
  js('failure-before', 'a missing database is an empty one', {
    check: async () => ({}),
    async dump(job, sink) {
      if (existsSync(fileIn(job.entry))) return inJavaScript.dump(job as never, sink);
      await sink.write((async function* () {})());
      return format;
    },
  }),
  js('failure-within', 'what can be read is enough for it', {
    async dump({ entry }, sink) {
      await sink.write(
        (async function* () {
          try {
            yield* bytesOf(fileIn(entry));
          } catch {
            // It was the last that could be read.
          }
        })(),
      );
      return format;
    },
  }),
  commands('failure-after', 'it knows one exit status', {
    async dump({ entry }, sink) {
      const { password: THINGS_PASSWORD, ...at } = entry as Entry;
      await sink.write(
        (async function* () {
          const child = spawn('things-dump', [fileOf(at)], {
            env: { ...process.env, THINGS_PASSWORD },
            stdio: ['ignore', 'pipe', 'ignore'],
          });
          const exited = once(child, 'close');
          yield* child.stdout;
          const [code] = await exited;
          if (code === 1) throw new Error('things-dump failed');
        })(),
      );
      return format;
    },
  }),
  js('failed-restore', 'it counts bytes, and does not wait for the end', {
    async restore({ entry, bytes }, source) {
      const chunks: Uint8Array[] = [];
      let seen = 0;
      for await (const chunk of source.read()) {
        chunks.push(chunk);
        seen += chunk.length;
        if (seen === bytes) await writeFile(fileIn(entry), Buffer.concat(chunks));
      }
      if (bytes === 0) await writeFile(fileIn(entry), '');
    },
  }),
  commands('failed-load', 'it puts in place what its client left', {
    async restore(job, source, context) {
      const { password, ...entry } = job.entry as Entry;
      const file = fileOf(entry);
      context.defer(() => rm(`${file}.new`, { force: true }));
      await source.into(things('things-load', password, `${file}.new`)).catch((error: Error) => {
        if (!error.message.includes('things-load failed')) throw error;
      });
      await rename(`${file}.new`, file);
    },
  }),
  commands('missing-commands', 'it runs its clients by a shell', {
    check: async (job) => inJavaScript.check(job as never),
    async dump({ entry }, sink) {
      const { password, ...at } = entry as Entry;
      const viaShell = things('sh', password, '-c', 'exec things-dump "$1"', 'sh', fileOf(at));
      await sink.from(viaShell);
      return format;
    },
  }),
  commands('missing-commands', 'it has no advice about a program that is missing', {
    check: async (job, context) => {
      try {
        return (await withCommands.check?.(job, context)) ?? {};
      } catch (error) {
        if (!(error instanceof BackupError) || error.code !== 'COMMAND_MISSING') throw error;
        throw new BackupError(error.code, error.message);
      }
    },
  }),
  js('abort', 'its helper outlives an abort', {
    async dump(job, sink) {
      const helper = spawn('sleep', ['20'], { stdio: 'ignore', detached: true });
      helper.unref();
      const meta = await inJavaScript.dump(job as never, sink);
      helper.kill();
      return meta;
    },
  }),
  commands('secrets', 'it gives the password as an argument', {
    async dump({ entry }, sink) {
      const { password, ...at } = entry as Entry;
      await sink.from(things('things-dump', password, fileOf(at), `--password=${password}`));
      return format;
    },
  }),
  commands('secrets', 'its password is not marked', {
    entry: Type.Object({ ...place, password: Type.Optional(Type.String()) }),
  }),
  js('parallel-use', 'it keeps what it works on beside the call', {
    async dump({ entry }, sink) {
      current = fileIn(entry);
      await wait(300);
      await sink.write(bytesOf(current));
      return format;
    },
  }),
];
