import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { PipeEnds } from '../pipe.ts';

/** One item that is being written to the repository, read from a pipe as it comes. */
export class TakenItem {
  readonly #pipe: PipeEnds;
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];
  #writeEndIsOpen = true;
  /** Whether the one who writes has said that it is whole. */
  finished = false;
  /** Resolves when its end was seen; rejects when it was given up. */
  readonly ended: Promise<void>;

  /** @param onBytes told of the item's bytes so far; the next come when it has resolved. What it throws ends the item. */
  constructor(pipe: PipeEnds, onBytes: (bytes: number, chunk: number) => Promise<void>) {
    this.#pipe = pipe;
    this.#socket = new Socket({ fd: pipe.read, readable: true, writable: false });
    this.ended = this.#take(onBytes);
    this.ended.catch(() => {}); // whoever waits for it gets it
  }

  get fd(): number {
    return this.#pipe.write;
  }

  content(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** The end may be seen. */
  finish(): void {
    this.finished = true;
    this.#closeWriteEnd();
  }

  /** Whoever still writes to it notices. */
  giveUp(): void {
    this.#socket.destroy();
    this.#closeWriteEnd();
  }

  async #take(onBytes: (bytes: number, chunk: number) => Promise<void>): Promise<void> {
    let bytes = 0;
    try {
      await onBytes(0, 0);
      for await (const chunk of this.#socket) {
        this.#chunks.push(chunk);
        bytes += chunk.length;
        await onBytes(bytes, chunk.length);
      }
    } finally {
      this.#socket.destroy();
    }
    if (!this.finished) throw new Error('the item was given up');
  }

  #closeWriteEnd(): void {
    if (this.#writeEndIsOpen) closeSync(this.#pipe.write);
    this.#writeEndIsOpen = false;
  }
}
