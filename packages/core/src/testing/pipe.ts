import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Both ends of a pipe that a child can be given one end of, and that JavaScript can work the other end of. */
export interface PipeEnds {
  readonly read: number;
  readonly write: number;
}

let made = 0;

/**
 * Each end has an open file of its own, so that one of them may be made non-blocking without the other (fifo(7)).
 * @param directory private; holds the pipe's name for the moment that it has one
 */
export async function makePipe(directory: string): Promise<PipeEnds> {
  const path = join(directory, `pipe-${process.pid}-${made++}`);
  await promisify(execFile)('mkfifo', ['-m', '600', '--', path]);
  const keeper = openSync(path, constants.O_RDWR);
  try {
    return { read: openSync(path, constants.O_RDONLY), write: openSync(path, constants.O_WRONLY) };
  } finally {
    closeSync(keeper);
    unlinkSync(path);
  }
}
