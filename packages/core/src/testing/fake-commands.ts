import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath } from './fake-commands/on-path.ts';
import { program } from './fake-commands/program.ts';

/** What a fake command does when it is called. Without any of these it reads its standard input, prints nothing and exits with 0. */
export interface FakeCommand {
  /** Holds for calls of which one argument contains this text. Default: for all. */
  readonly when?: string;
  /** Standard output, byte for byte. */
  readonly output?: string | Uint8Array;
  /** Standard error, before anything else. */
  readonly stderr?: string;
  /** Default: 0; 1 where it `failsAfter`. */
  readonly exitCode?: number;
  /** Milliseconds before it does anything. */
  readonly delayMs?: number;
  /** Whether it reads its standard input to the end before it prints (the default), or leaves it alone. */
  readonly input?: 'read' | 'ignored';
  /**
   * Exits with a failure as soon as so many bytes were printed (0: before the first), or read. `whole` beside `output`: it prints
   * all there is, and fails then if that was so much.
   */
  readonly failsAfter?: { readonly output?: number; readonly input?: number; readonly whole?: boolean };
  /**
   * The program of this name that is on `PATH` otherwise does the work, and is only watched, and failed if so told. What it reads
   * is not recorded, unless it `failsAfter` input.
   */
  readonly real?: boolean;
}

/** One call of a fake command. */
export interface FakeCall {
  readonly name: string;
  /** Its arguments, without its own name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly pid: number;
  /** All that it read of its standard input. */
  readonly input: Uint8Array;
  /** Whether it saw the end of its standard input. */
  readonly inputEnded: boolean;
  /** Undefined where it was cut: ended by a signal, or still running. */
  readonly exitCode?: number;
}

/** Programs that record how they are called, and do what they are told. */
export interface FakeCommands {
  /** Where they lie. */
  readonly directory: string;
  /**
   * Runs work with them first on `PATH`; afterwards `process.env` is as it was. A hook's commands are looked for at each call, so
   * this is all that is needed to give it other ones.
   */
  onPath<T>(work: () => Promise<T>): Promise<T>;
  /** @param name default: of all commands. Oldest first. */
  calls(name?: string): readonly FakeCall[];
  /** Has a command behave otherwise from now on, or adds it. */
  set(name: string, behaviour: FakeCommand | readonly FakeCommand[]): Promise<void>;
  /** Removes them and what they have recorded. */
  remove(): Promise<void>;
}

/**
 * Makes fake commands: small programs for this Node, without a shell, in a directory of their own.
 *
 * @param commands by name: what each does; of a list, the first that fits the call. A call that nothing fits exits with 127.
 */
export async function fakeCommands(
  commands: Readonly<Record<string, FakeCommand | readonly FakeCommand[]>>,
): Promise<FakeCommands> {
  const directory = await mkdtemp(join(tmpdir(), 'dumpstream-fakes-'));
  const calls = join(directory, 'calls');
  await mkdir(calls);
  await writeFile(join(directory, 'package.json'), '{}'); // whatever lies above, these are CommonJS
  await writeFile(join(directory, 'program.cjs'), program);
  const behaviours = new Map<string, readonly object[]>();
  let outputs = 0;

  const withStoredOutput = async ({ output = '', ...behaviour }: FakeCommand): Promise<object> => {
    const file = `output-${outputs++}`;
    await writeFile(join(directory, file), output);
    return { ...behaviour, output: file };
  };
  const set: FakeCommands['set'] = async (name, behaviour) => {
    const list = Array.isArray(behaviour) ? (behaviour as readonly FakeCommand[]) : [behaviour as FakeCommand];
    behaviours.set(name, await Promise.all(list.map(withStoredOutput)));
    await writeFile(join(directory, 'commands.json'), JSON.stringify(Object.fromEntries(behaviours)));
    const script = `#!${process.execPath}\nrequire('./program.cjs')(${JSON.stringify(name)});\n`;
    await writeFile(join(directory, name), script);
    await chmod(join(directory, name), 0o755);
  };
  for (const [name, behaviour] of Object.entries(commands)) await set(name, behaviour);

  return {
    directory,
    set,
    onPath: (work) => onPath(directory, work),
    calls: (name) =>
      readdirSync(calls)
        .sort()
        .flatMap((call) => (existsSync(join(calls, call, 'call.json')) ? [readCall(join(calls, call))] : []))
        .filter((call) => name === undefined || call.name === name),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

function readCall(directory: string): FakeCall {
  const { name, argv, env, cwd, pid } = JSON.parse(readFileSync(join(directory, 'call.json'), 'utf8'));
  const input = existsSync(join(directory, 'input')) ? readFileSync(join(directory, 'input')) : Buffer.alloc(0);
  const end = existsSync(join(directory, 'end.json'))
    ? JSON.parse(readFileSync(join(directory, 'end.json'), 'utf8'))
    : { inputEnded: false };
  return { name, argv, env, cwd, pid, input, ...end };
}
