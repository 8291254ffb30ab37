import type { Readable } from 'node:stream';
import type { Static, TObject } from 'typebox';
import type { ErrorCode } from './errors.ts';

/**
 * What one database system is to this library: how it is configured, dumped and restored. Hooks make no pipes and meet no
 * repository; they describe commands, and core runs them. One object serves any number of calls at once: keep no state in it.
 */
export interface DatabaseHook<E extends TObject = TObject> {
  /** YAML key, `DatabaseRef.hook` and path segment: `postgresql_databases`. Never changes. */
  readonly name: string;
  /**
   * One entry of the YAML list. `name` is required; `hostname`, `port`, `username` and `password` mean what they say.
   * Core adds `label`, and `restore_hostname` and the like, which the hook never sees. A property with `writeOnly: true` is a secret: redacted everywhere, stored nowhere.
   */
  readonly entry: E;
  /** What an entry stands for, in restore order (`all`: globals first). Absent: `all` is `CONFIG_INVALID`. */
  list?(entry: Static<E>, context: HookContext): Promise<readonly Item[]>;
  /** Changes nothing: server, clients, versions, rights. Runs for every job before the first is touched; is `dryRun`. */
  check?(job: Job<E>, context: HookContext): Promise<CheckResult>;
  /** Calls one method of `sink`, once. Resolves when the whole dump is in it. */
  dump(job: Job<E>, sink: DumpSink, context: HookContext): Promise<Meta>;
  /** First removes what a killed attempt left. `swap`: the live database is touched only after `source` resolved. */
  restore(job: RestoreJob<E>, source: DumpSource, context: HookContext): Promise<void>;
  /**
   * Meta of another tool's dump, from its first bytes. Absent: refused.
   * @param files of a dump that is a directory: the names in it (`head` is of its `toc.dat`, or of the first); else empty
   */
  recognise?(head: Uint8Array, files: readonly string[]): Meta | undefined;
  /** What a client's last lines of standard error mean. Absent or undefined: the code of the verb, without a hint. */
  explain?(stderr: string): Explanation | undefined;
}

/** `name` in the archive; on restore `entry.name` may differ. */
export interface Item {
  readonly name: string;
  readonly kind: 'database' | 'globals';
}

/** `entry` is final and valid: archive < configuration < `restore_*` < `to`. */
export interface Job<E extends TObject = TObject> {
  readonly item: Item;
  readonly entry: Static<E>;
}

export interface RestoreJob<E extends TObject = TObject> extends Job<E> {
  readonly meta: Meta;
  /** Size of the dump in the archive. */
  readonly bytes: number;
  readonly strategy: 'swap' | 'in-place';
  /** Whether sessions that stand in the way may be ended; where not, the restore is refused. */
  readonly endSessions: boolean;
}

export interface CheckResult {
  /** Size that the dump will about have, in bytes. */
  readonly expectedBytes?: number;
  readonly warnings?: readonly string[];
}

/** Kept in the manifest, untrusted when read. */
export interface Meta {
  readonly format: string;
  readonly [key: string]: string;
}

/** Where a dump goes. Rejects when a command fails, the repository gives way, or the call is aborted. */
export interface DumpSink {
  /**
   * The standard outputs of the commands, one after the other, are the dump; each is started when the one before has exited
   * with status 0. Resolves when the last has.
   */
  from(...commands: readonly [Command, ...Command[]]): Promise<void>;
  /** For hooks in pure JavaScript. An iteration that throws fails the dump. */
  write(data: AsyncIterable<Uint8Array>): Promise<void>;
  /** What cannot stream: `make` fills the empty directory at `path`, which is archived as files. */
  directory(make: (path: string) => Promise<unknown>): Promise<void>;
}

/** Where a dump comes from. Resolves, and a reader sees the end, only if the archive was read whole. */
export interface DumpSource {
  /**
   * The dump is the command's standard input; with several, it goes through all but the last as filters. Resolves when
   * every one has exited with status 0 and the dump was read whole; before, the last does not see its end.
   */
  into(...commands: readonly [Command, ...Command[]]): Promise<void>;
  /**
   * The first bytes of the dump, so many, are the command's standard input, which then ends. Resolves with the rest as text, when
   * the command has exited with status 0 and the dump was read whole. Only for what can be thrown away: the command sees its
   * end before that of the dump is known.
   */
  intoFirst(bytes: number, command: Command): Promise<string>;
  /** For hooks in pure JavaScript: ends if the dump is whole, else is destroyed with the error. */
  read(): Readable;
  /** A dump that was archived as files, extracted whole before `use` is called. */
  directory(use: (path: string) => Promise<unknown>): Promise<void>;
}

export interface HookContext {
  readonly signal: AbortSignal;
  /** Runs a short command; resolves with its standard output when it has exited with status 0. */
  run(command: Command): Promise<string>;
  /** Starts a command, without `input`, that answers line by line; ended with the job, if it has not ended before. */
  talk(command: Command): Dialogue;
  /**
   * What is the same for many jobs, such as the version of a program or the facts of a server: made by the first who asks for
   * that key in this call, and given to all others. A key says all that the result depends on.
   */
  once<T>(key: string, make: (context: Pick<HookContext, 'run' | 'signal'>) => Promise<T>): Promise<T>;
  /** At the job's end, abort included, last first: end sessions, drop scratch databases. Its context is not aborted. */
  defer(cleanup: (context: HookContext) => Promise<unknown>): void;
  /** One sentence for `report.warnings` and the events. */
  warn(message: string): void;
}

/** A command that is spoken to while it runs: one session for what would else be several. */
export interface Dialogue {
  /**
   * Writes to its standard input; one question at a time. Resolves with the next line of its standard output, or with
   * nothing if it exits with status 0 instead; rejects when it has failed.
   */
  ask(text: string): Promise<string>;
  /** Ends its standard input. Resolves when it has exited with status 0. */
  end(): Promise<void>;
}

/** Pure data, so that a hook's commands are tested without running them. */
export interface Command {
  /** Found on the host's `PATH`, unless it has a slash. */
  readonly file: string;
  readonly args: readonly string[];
  /** Written to standard input, which then ends; not for commands that take a dump. */
  readonly input?: string;
  /** Beside the host's environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Explanation {
  /** Absent: that of the verb. */
  readonly code?: ErrorCode;
  readonly hint?: string;
  /** What of standard error may be shown. Absent: all of it. A client may repeat what it was given, and so secrets of a dump. */
  readonly said?: string;
}

/**
 * Gives a hook its types: `entry`'s properties are known in `dump` and `restore`.
 * @returns the hook as it was given
 */
export function defineHook<const E extends TObject>(hook: DatabaseHook<E>): DatabaseHook {
  return hook as unknown as DatabaseHook;
}
