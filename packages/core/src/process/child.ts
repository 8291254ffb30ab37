import type { Readable } from 'node:stream';
import { execa, type Options } from 'execa';
import { BackupError } from '../errors.ts';
import { findExecutable } from './find-executable.ts';
import { boundToHost } from './lifetime.ts';
import { type LineSplitter, splitLines, Tail } from './lines.ts';

/** What to run: a command of a hook, or of an engine. */
export interface ChildCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly input?: string | Readable | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

export interface ChildOptions {
  /** A descriptor that becomes standard input; without it, `input` or nothing. */
  readonly stdin?: number;
  /** A descriptor that becomes standard output, or nothing; without it, standard output is captured. */
  readonly stdout?: number | 'ignore';
  /** Descriptors beyond the first three, from 3 on. */
  readonly inherit?: readonly number[];
  /** Text that the child reads from the descriptor after those. */
  readonly secret?: string | undefined;
  readonly cwd?: string;
  /** Each line of standard error as it comes. */
  readonly onLine?: (line: string) => void;
  /** Each line of standard output as it comes, instead of all of it in the end. */
  readonly onOutput?: ((line: string) => void) | undefined;
  /** What asks it to end, before KILL does, and when the host dies. Default: SIGTERM. */
  readonly endSignal?: 'SIGTERM' | 'SIGINT';
  /**
   * Aborted by the time that it is to be started, it is not: what it is to inherit may be closed by then, and the descriptor's number
   * be that of something else.
   */
  readonly signal?: AbortSignal;
}

export interface Exit {
  /** Exit status; undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  /** The last lines of standard error. */
  readonly stderr: string;
}

export interface Child {
  readonly pid: number;
  /** Never rejects: every end is an {@link Exit}. */
  readonly exited: Promise<Exit>;
  /** Ends the child and all in its process group: `endSignal`, and KILL after `graceMs`. Resolves when it has exited. */
  end(graceMs?: number): Promise<void>;
}

const defaultGraceMs = 5_000;
/** How long somebody may keep a dead child's output open before we stop listening. */
const stragglerMs = 1_000;

/**
 * Starts a child in a session of its own (so that it never asks a terminal, and a Ctrl-C for the host is not its own),
 * bound to the host's life.
 * @throws BackupError COMMAND_MISSING; the reason of `signal`
 */
export async function startChild(command: ChildCommand, options: ChildOptions = {}): Promise<Child> {
  const [file, ...args] = await boundToHost([await findExecutable(command.file), ...command.args], options.endSignal);
  options.signal?.throwIfAborted();
  const subprocess = execa(file as string, args, {
    cleanup: false, // it would put signal listeners on the host's process
    detached: true,
    reject: false,
    buffer: false,
    extendEnv: false,
    env: environment(command.env),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: [
      options.stdin ?? (command.input === undefined ? 'ignore' : 'pipe'),
      options.stdout ?? 'pipe',
      'pipe',
      ...(options.inherit ?? []),
      ...(options.secret === undefined ? [] : (['pipe'] as const)),
    ],
  } as Options);
  if (command.input !== undefined && options.stdin === undefined) write(subprocess.stdin, command.input);
  if (options.secret !== undefined) write(subprocess.stdio[3 + (options.inherit?.length ?? 0)], options.secret);

  const tail = new Tail();
  const lines = splitLines((line) => {
    tail.add(line);
    options.onLine?.(line);
  });
  const captured: Buffer[] = [];
  const output = splitLines((line) => options.onOutput?.(line));
  subprocess.stdout?.on('data', (data: Buffer) => {
    if (options.onOutput === undefined) captured.push(data);
    else output.add(data);
  });
  subprocess.stderr?.on('data', (data: Buffer) => lines.add(data));

  const { pid } = subprocess;
  if (pid === undefined) {
    const { message } = await subprocess.then((result) => result as unknown as Error);
    throw new BackupError('COMMAND_MISSING', `${command.file} could not be started: ${message}`);
  }
  const exited = settle(subprocess, lines).then(({ code, signal }) => ({
    code,
    signal,
    stdout: Buffer.concat(captured).toString('utf8'),
    stderr: tail.text(),
  }));
  let isOver = false; // its id may soon be that of others
  subprocess.once('exit', () => {
    isOver = true;
  });
  const send = (signal: NodeJS.Signals) => void (isOver || killGroup(pid, signal));
  return {
    pid,
    exited,
    end: async (graceMs = defaultGraceMs) => {
      send(options.endSignal ?? 'SIGTERM');
      send('SIGCONT'); // a stopped process takes no TERM
      const timer = setTimeout(() => send('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

/**
 * Runs a child to its end; an abort ends it.
 * @throws BackupError COMMAND_MISSING; after an abort its reason
 */
export async function runChild(command: ChildCommand, signal: AbortSignal, options: ChildOptions = {}): Promise<Exit> {
  signal.throwIfAborted();
  return exitOf(await startChild(command, options), signal);
}

/**
 * Waits until a child has exited; an abort ends it.
 * @throws after an abort its reason, when the child has exited
 */
export async function exitOf(child: Child, signal: AbortSignal): Promise<Exit> {
  const end = () => void child.end();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    return await child.exited;
  } finally {
    signal.removeEventListener('abort', end);
    signal.throwIfAborted();
  }
}

type Subprocess = ReturnType<typeof execa>;

async function settle(subprocess: Subprocess, lines: LineSplitter) {
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    subprocess.once('exit', (...exit) => resolve(exit as [number | null, string | null]));
  });
  killGroup(subprocess.pid as number, 'SIGKILL'); // what the child itself left behind
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    subprocess.catch(() => {}),
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, stragglerMs);
    }),
  ]);
  clearTimeout(timer);
  for (const stream of [subprocess.stdout, subprocess.stderr]) stream?.destroy();
  lines.end();
  return { code: code ?? undefined, signal: signal ?? undefined };
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}

function environment(changes: ChildCommand['env'] = {}): Record<string, string> {
  const merged = { ...process.env, ...changes };
  return Object.fromEntries(
    Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function write(stream: unknown, input: string | Readable): void {
  const writable = stream as NodeJS.WritableStream & Partial<Readable>;
  writable.on('error', () => {}); // a child that exits without reading it says so by its status
  if (typeof input === 'string') writable.end(input);
  else input.pipe(writable);
}
