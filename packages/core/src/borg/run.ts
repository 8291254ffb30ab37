import { type Child, type ChildOptions, type Exit, startChild } from '../process/child.ts';
import type { RepositoryContext } from '../repository.ts';
import type { BorgCommand, BorgTarget } from './command.ts';
import { borgError } from './explain.ts';
import { type BorgMessage, parseLine } from './log.ts';

/** A Borg process, with what it has said so far. */
export interface Borg {
  readonly child: Child;
  readonly messages: readonly BorgMessage[];
}

export async function startBorg(
  command: BorgCommand,
  context: RepositoryContext,
  options: Pick<ChildOptions, 'stdout' | 'cwd'> & { readonly onMessage?: (message: BorgMessage) => void } = {},
): Promise<Borg> {
  const { onMessage, ...others } = options;
  const messages: BorgMessage[] = [];
  // Ended by a signal, Borg leaves what it has in its temporary directory: that is the call's own.
  const env = { ...command.env, TMPDIR: context.directory };
  const child = await startChild(
    { ...command, env },
    {
      ...others,
      secret: command.secret,
      onLine: (line) => {
        const message = parseLine(line);
        if (message === undefined) return;
        onMessage?.(message);
        if (message.type !== 'file') messages.push(message); // of those there may be millions
      },
    },
  );
  return { child, messages };
}

interface RunOptions {
  readonly cwd?: string;
  /** Whether the end is a good one; without it, exit status 0 alone is. */
  readonly accept?: (exit: Exit, messages: readonly BorgMessage[]) => boolean;
}

/**
 * Runs a Borg command to its end; an abort ends it.
 * @returns its standard output
 * @throws BackupError by what Borg said; also where it ended with a mere warning, unless that is accepted
 */
export async function runBorg(
  target: BorgTarget,
  command: BorgCommand,
  context: RepositoryContext,
  { accept = ({ code }) => code === 0, ...options }: RunOptions = {},
): Promise<string> {
  const { signal } = context;
  signal.throwIfAborted();
  const { child, messages } = await startBorg(command, context, options);
  const end = () => void child.end(borgGraceMs);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  const exit = await child.exited;
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
  if (accept(exit, messages)) return exit.stdout;
  throw borgError(command.args[0] as string, target.repository.path, exit, messages);
}

/** Borg rolls back its transaction when told to end. */
export const borgGraceMs = 20_000;
