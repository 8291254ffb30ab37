import { BackupError } from '../errors.ts';
import type { ItemReader, RepositoryContext } from '../repository.ts';
import type { Child, Exit } from './child.ts';
import { ioCounters } from './io-counters.ts';
import { Pipe } from './pipe.ts';

/** Starts a child with that descriptor as its standard output. */
export type StartWriting = (stdout: number) => Promise<Child>;

/**
 * What children write, one after the other, as one item: its end is held until the last has exited with status 0. The first has been
 * started when the promise resolves.
 *
 * @param starts one for each child
 * @param failure why one ended otherwise
 * @param graceMs for `Child.end`
 * @throws BackupError what `starts` throw; RUN_DIRECTORY_UNSAFE, COMMAND_MISSING (of the pipe); or the signal's reason
 */
export async function itemOfChildren(
  { directory, signal }: RepositoryContext,
  [first, ...others]: readonly [StartWriting, ...StartWriting[]],
  failure: (exit: Exit) => BackupError,
  graceMs?: number,
): Promise<ItemReader> {
  const pipe = await Pipe.make(directory, signal);
  let child = await first(pipe.writeEnd).catch((error: unknown) => {
    pipe.close();
    throw error;
  });
  let [before, bytes, closed] = [0, 0, false];
  const ended = async () => {
    const exit = await child.exited;
    if (exit.code !== 0) throw failure(exit);
  };
  const written = async () => {
    await ended();
    for (const start of others) {
      if (closed) throw new BackupError('REPOSITORY_FAILED', 'the item was closed before its end');
      before = bytes;
      child = await start(pipe.writeEnd);
      if (closed) void child.end(graceMs);
      await ended();
    }
    pipe.closeWriteEnd();
  };
  const whole = written();
  whole.catch(() => {}); // whoever waits for it gets it
  return {
    get fd() {
      return pipe.readEnd;
    },
    bytes: () => {
      const counted = ioCounters(child.pid)?.written;
      if (counted !== undefined) bytes = before + counted;
      return bytes;
    },
    whole,
    close: async () => {
      closed = true;
      await child.end(graceMs);
      await whole.catch(() => {});
      pipe.close();
    },
  };
}
