import { closeSync, constants, openSync, unlinkSync, write } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BackupError } from '../errors.ts';
import { runChild } from './child.ts';

/** Makes a named pipe, and the directories above it. Node has no call for it. */
export async function makeNamedPipe(path: string, signal: AbortSignal): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const exit = await runChild({ file: 'mkfifo', args: ['-m', '600', '--', path] }, signal);
  if (exit.code !== 0) throw new BackupError('RUN_DIRECTORY_UNSAFE', `could not make a named pipe: ${exit.stderr}`);
}

/**
 * Descriptors of one named pipe, none of which can block on being opened: opening it for both directions never
 * waits (fifo(7)), and once that is open the others do not wait either.
 */
export class NamedPipe {
  #keeper: number | undefined;
  #write: number | undefined;

  constructor(path: string) {
    this.#keeper = openSync(path, constants.O_RDWR);
    this.#write = openSync(path, constants.O_WRONLY);
  }

  /** For a writer, and to hold the pipe's end back: a reader sees it only when this too is closed. */
  get writeEnd(): number {
    if (this.#write === undefined) throw new Error('the pipe is closed');
    return this.#write;
  }

  /** Call it once somebody else reads: from then on a writer notices when that reader is gone. */
  readerIsThere(): void {
    close(this.#keeper);
    this.#keeper = undefined;
  }

  /** From here on the reader sees the end. */
  closeWriteEnd(): void {
    close(this.#write);
    this.#write = undefined;
  }

  close(): void {
    this.readerIsThere();
    this.closeWriteEnd();
  }
}

/** Data on its way into a pipe. */
export interface Feed {
  /** Resolves when all of it is in the pipe; rejects when it never will be. */
  readonly done: Promise<void>;
  /** So many have gone in so far. */
  bytes(): number;
  /** May be called at any time, more than once. */
  stop(): void;
}

const feedBytes = 65_536;

/**
 * A pipe between two children, without a name left behind, whose ends a host gives to them by descriptor. As long as the host keeps
 * the write end, nobody sees the pipe's end.
 */
export class Pipe {
  #read: number | undefined;
  #write: number | undefined;

  private constructor(read: number, write: number) {
    this.#read = read;
    this.#write = write;
  }

  /**
   * @param directory private, such as a `RepositoryContext` has; holds the pipe's name for the moment that it has one
   * @throws BackupError RUN_DIRECTORY_UNSAFE, COMMAND_MISSING (mkfifo); or the signal's reason
   */
  static async make(directory: string, signal: AbortSignal): Promise<Pipe> {
    const path = join(directory, `pipe-${Math.random().toString(36).slice(2)}`);
    await makeNamedPipe(path, signal);
    const keeper = openSync(path, constants.O_RDWR);
    try {
      return new Pipe(openSync(path, constants.O_RDONLY), openSync(path, constants.O_WRONLY));
    } finally {
      closeSync(keeper);
      unlinkSync(path);
    }
  }

  /** For a child's standard input. Throws once it is closed. */
  get readEnd(): number {
    if (this.#read === undefined) throw new Error('the pipe is closed');
    return this.#read;
  }

  /** For a child's standard output. Throws once it is closed. */
  get writeEnd(): number {
    if (this.#write === undefined) throw new Error('the pipe is closed');
    return this.#write;
  }

  /** From here on the reader sees the end, when no child has the write end either. */
  closeWriteEnd(): void {
    close(this.#write);
    this.#write = undefined;
  }

  /** Writes it as fast as it is read, without a thread that waits, and lets the reader see the end. */
  feed(data: Uint8Array): Feed {
    const socket = new Socket({ fd: this.writeEnd, readable: false, writable: true });
    this.#write = undefined; // the socket closes it
    socket.on('error', () => {}); // that the reader is gone is told to whoever waits for a write
    let bytes = 0;
    const written = async () => {
      while (bytes < data.length) {
        const chunk = data.subarray(bytes, bytes + feedBytes);
        await new Promise<void>((resolve, reject) => {
          socket.write(chunk, (error) => (error ? reject(error) : resolve()));
        });
        bytes += chunk.length;
      }
    };
    // Not `end`, which shuts down what is a socket.
    const done = written().finally(() => socket.destroy());
    done.catch(() => {}); // not everybody waits for it
    return { done, bytes: () => bytes, stop: () => void socket.destroy() };
  }

  /** Call it when the child that reads has been started: a writer then notices when that one is gone. */
  closeReadEnd(): void {
    close(this.#read);
    this.#read = undefined;
  }

  /** Both ends. May be called more than once. */
  close(): void {
    this.closeWriteEnd();
    this.closeReadEnd();
  }
}

function close(fd: number | undefined): void {
  if (fd !== undefined) closeSync(fd);
}

/** Whether somebody may still read what is written there: else a pipe cannot be opened without waiting. fifo(7). */
export function hasReader(fd: number): boolean {
  try {
    closeSync(openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENXIO';
  }
}

const writeSome = promisify(write);

/** Writes all of it, waiting while the pipe is full. Rejects with EPIPE when no reader is left. */
export async function writeWhole(fd: number, data: Uint8Array): Promise<void> {
  for (let offset = 0; offset < data.length; ) {
    const { bytesWritten } = await writeSome(fd, data, offset);
    offset += bytesWritten;
  }
}
