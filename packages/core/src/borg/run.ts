import type { Exit } from '../process/child.ts';
import { runChild } from '../process/child.ts';
import type { BorgCommand, BorgTarget } from './command.ts';
import { borgError } from './explain.ts';
import { type BorgMessage, parseLine } from './log.ts';

/**
 * Runs a Borg command that is over soon.
 * @returns its standard output
 * @throws BackupError by what Borg said; also where it ended with a mere warning, unless `accept` takes that
 */
export async function runBorg(
  target: BorgTarget,
  command: BorgCommand,
  signal: AbortSignal,
  accept: (exit: Exit, messages: readonly BorgMessage[]) => boolean = ({ code }) => code === 0,
  cwd?: string,
): Promise<string> {
  const messages: BorgMessage[] = [];
  const exit = await runChild(command, signal, {
    secret: command.secret,
    ...(cwd === undefined ? {} : { cwd }),
    onLine: (line) => {
      const message = parseLine(line);
      if (message !== undefined) messages.push(message);
    },
  });
  if (accept(exit, messages)) return exit.stdout;
  throw borgError(command.args[0] as string, target.repository.path, exit, messages);
}
