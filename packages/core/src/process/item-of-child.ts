import type { BackupError } from '../errors.ts';
import type { ItemReader, RepositoryContext } from '../repository.ts';
import type { Child, Exit } from './child.ts';
import { ioCounters } from './io-counters.ts';
import { Pipe } from './pipe.ts';

/**
 * What a child writes, as an item: its end is held until the child has exited with status 0.
 * @param start starts it, with that as its standard output
 * @param failure why it ended otherwise
 * @param graceMs for `Child.end`
 */
export async function itemOfChild(
  { directory, signal }: RepositoryContext,
  start: (stdout: number) => Promise<Child>,
  failure: (exit: Exit) => BackupError,
  graceMs?: number,
): Promise<ItemReader> {
  const pipe = await Pipe.make(directory, signal);
  const child = await start(pipe.writeEnd).catch((error: unknown) => {
    pipe.close();
    throw error;
  });
  let bytes = 0;
  const whole = child.exited.then((exit) => {
    if (exit.code !== 0) throw failure(exit);
    pipe.closeWriteEnd();
  });
  whole.catch(() => {}); // whoever waits for it gets it
  return {
    get fd() {
      return pipe.readEnd;
    },
    bytes: () => {
      bytes = ioCounters(child.pid)?.written ?? bytes;
      return bytes;
    },
    whole,
    close: async () => {
      await child.end(graceMs);
      await whole.catch(() => {});
      pipe.close();
    },
  };
}
