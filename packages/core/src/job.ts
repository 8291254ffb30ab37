import type { Readable } from 'node:stream';
import { noPassphrase } from './borg/command.ts';
import type { Call } from './call.ts';
import type { ConfiguredDatabase } from './config/config.ts';
import { startDialogue } from './dialogue.ts';
import { BackupError, type ErrorCode, withDetails } from './errors.ts';
import type { Command, DatabaseHook, HookContext, Item } from './hook.ts';
import { type Exit, runChild } from './process/child.ts';
import type { DatabaseRef } from './report.ts';

/** One database on its way, with all that the verbs know of it. */
export interface DatabaseJob {
  readonly hook: DatabaseHook;
  readonly item: Item;
  /** Final and valid. */
  readonly entry: ConfiguredDatabase['entry'];
  readonly ref: DatabaseRef;
  /** In the archive. */
  readonly path: string;
}

export function refOf(hook: DatabaseHook, entry: ConfiguredDatabase['entry'], item: Item): DatabaseRef {
  const { hostname, port, label } = entry as { hostname?: string; port?: number; label?: string };
  return {
    hook: hook.name,
    name: item.name,
    kind: item.kind,
    ...(hostname === undefined ? {} : { hostname }),
    ...(port === undefined ? {} : { port }),
    ...(label === undefined ? {} : { label }),
  };
}

/** What a hook works with, and the means of core that its sink or source is made of. */
export interface JobContext extends HookContext {
  /** The command with the environment that a database's client gets: the repository's secrets taken out. */
  prepare(command: Command): Command;
  /** What a client's failure means, in the hook's words. */
  failure(command: Command, exit: Exit): BackupError;
}

/**
 * Gives a hook its context while `work` lasts, then runs what it deferred, the last first, abort or not.
 * @param fallback code of what the hook does not explain
 */
export async function inJob<T>(
  call: Call,
  hook: DatabaseHook,
  database: DatabaseRef | undefined,
  fallback: ErrorCode,
  work: (context: JobContext) => Promise<T>,
): Promise<T> {
  const deferred: ((context: HookContext) => Promise<unknown>)[] = [];
  const over = new AbortController();
  const running = new Set<Promise<unknown>>();
  const run = async (
    command: Command,
    signal: AbortSignal,
    about: DatabaseRef | undefined,
    { input, onOutput }: { input?: Readable; onOutput?: (line: string) => void } = {},
  ) => {
    const given = withoutPassphrase(command);
    const exit = await runChild(input === undefined ? given : { ...given, input }, signal, { onOutput });
    if (exit.code !== 0) throw commandError(call, hook, about, fallback, command, exit);
    return exit.stdout;
  };
  const track = <T>(promise: Promise<T>): Promise<T> => {
    running.add(promise);
    void promise.catch(() => {}).finally(() => running.delete(promise));
    return promise;
  };
  const contextFor = (signal: AbortSignal): JobContext => ({
    signal,
    prepare: withoutPassphrase,
    failure: (command, exit) => commandError(call, hook, database, fallback, command, exit),
    run: (command) => track(run(command, AbortSignal.any([signal, over.signal]), database)),
    talk: (command) =>
      startDialogue((input, onOutput) =>
        track(run(command, AbortSignal.any([signal, over.signal]), database, { input, onOutput })),
      ),
    once: (key, make) => {
      // It outlives the job that was the first to ask.
      const shared = { signal: call.signal, run: (command: Command) => run(command, call.signal, undefined) };
      return call.once(`${hook.name} ${key}`, () => make(shared));
    },
    defer: (cleanup) => void deferred.push(cleanup),
    warn: (message) => call.warn(message, database),
  });
  try {
    return await work(contextFor(call.signal));
  } catch (thrown) {
    throw withDetails(call.error(thrown, fallback), { database });
  } finally {
    const context = contextFor(new AbortController().signal);
    // A server that no longer answers must not keep the call from settling.
    const timer = setTimeout(() => over.abort(new Error('the server did not answer in time')), cleanupMs);
    for (const cleanup of deferred.reverse()) {
      await cleanup(context).catch((error: unknown) => {
        call.warn(`cleaning up failed: ${error instanceof Error ? error.message : String(error)}`, database);
      });
    }
    clearTimeout(timer);
    // What the hook started beside its work and did not wait for.
    over.abort();
    await Promise.allSettled(running);
  }
}

/** How long all that a job has to clean up may take. */
const cleanupMs = 30_000;

/** The command with the environment of everybody but Borg. */
export function withoutPassphrase(command: Command): Command {
  return { ...command, env: { ...noPassphrase, ...command.env } };
}

function commandError(
  call: Call,
  hook: DatabaseHook,
  database: DatabaseRef | undefined,
  fallback: ErrorCode,
  { file }: Command,
  { code, signal, stderr }: Exit,
): BackupError {
  const meaning = hook.explain?.(stderr);
  const end = signal === undefined ? `exit status ${code}` : `signal ${signal}`;
  const said = (meaning?.said ?? stderr).split('\n').slice(-5).join('\n');
  const message = `${file} failed${database === undefined ? '' : ` for ${describe(database)}`} (${end})`;
  return new BackupError(meaning?.code ?? fallback, call.redact(said === '' ? message : `${message}: ${said}`), {
    hint: meaning?.hint,
    database,
  });
}

/** `postgresql_databases users (db.example.org:5433)` */
export function describe({ hook, name, kind, hostname, port, label }: DatabaseRef): string {
  const place =
    label ??
    (hostname === undefined && port === undefined
      ? undefined
      : [hostname ?? 'localhost', port].filter((part) => part !== undefined).join(':'));
  return `${hook} ${kind === 'globals' ? `globals of ${name}` : name}${place === undefined ? '' : ` (${place})`}`;
}
