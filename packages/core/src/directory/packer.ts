import { PassThrough } from 'node:stream';
import type { BackupError } from '../errors.ts';
import { type Child, startChild } from '../process/child.ts';
import { type Deferred, defer } from '../process/deferred.ts';
import type { Compression } from './compression.ts';
import { programCommand, programError } from './program.ts';

/** What the program is told, a line each. */
export type PackOrder =
  | {
      readonly do: 'take';
      readonly id: number;
      readonly from: string;
      /** Whether `from` is a named pipe; a file is removed when it is stored. */
      readonly pipe: boolean;
      readonly to: string;
      readonly compression: Compression;
    }
  | { readonly do: 'drop'; readonly id: number };

/** What it answers. */
export type PackAnswer =
  | { readonly id: number; readonly is: 'begun' | 'dropped' }
  | { readonly id: number; readonly is: 'reading'; readonly bytes: number }
  | ({ readonly id: number; readonly is: 'stored' } & Packed);

export interface Packed {
  readonly bytes: number;
  readonly storedBytes: number;
  readonly sha256: string;
}

/** One file that is being stored. */
export interface Packing {
  readonly id: number;
  /** Resolves when the program has opened what it reads from. */
  readonly begun: Promise<void>;
  /** Resolves when all of it is on the disk; with undefined when it was dropped. */
  readonly stored: Promise<Packed | undefined>;
  /** How many the program has read so far, about. */
  bytes(): number;
}

interface Open {
  readonly begun: Deferred<void>;
  readonly stored: Deferred<Packed | undefined>;
  bytes: number;
}

/** The program that compresses and stores the items of one archive, so that their bytes do not pass through the host. */
export class Packer {
  readonly #child: Child;
  readonly #orders: PassThrough;
  readonly #open: Map<number, Open>;
  #ids = 0;

  private constructor(child: Child, orders: PassThrough, open: Map<number, Open>) {
    this.#child = child;
    this.#orders = orders;
    this.#open = open;
  }

  /**
   * @param repository for errors
   * @param onFailure called once, unless it ends well: nothing more will be stored
   */
  static async start(repository: string, onFailure: (error: BackupError) => void): Promise<Packer> {
    const orders = new PassThrough();
    const open = new Map<number, Open>();
    const child = await startChild(programCommand('pack', orders), {
      onOutput: (line) => hear(JSON.parse(line) as PackAnswer, open),
    });
    void child.exited.then((exit) => {
      const left = [...open.values()];
      if (exit.code === 0 && left.length === 0) return;
      const error = programError(exit, 'the archive could not be written', repository);
      onFailure(error);
      for (const { begun, stored } of left) {
        begun.reject(error);
        stored.reject(error);
      }
    });
    return new Packer(child, orders, open);
  }

  take(order: Omit<Extract<PackOrder, { do: 'take' }>, 'do' | 'id'>): Packing {
    const id = this.#ids++;
    const [begun, stored] = [defer<void>(), defer<Packed | undefined>()];
    for (const { promise } of [begun, stored]) promise.catch(() => {}); // not everybody waits for both
    const item = { begun, stored, bytes: 0 };
    this.#open.set(id, item);
    this.#tell({ do: 'take', id, ...order });
    return { id, begun: begun.promise, stored: stored.promise, bytes: () => item.bytes };
  }

  /** What there is of it is removed. */
  drop({ id }: Packing): void {
    this.#tell({ do: 'drop', id });
  }

  /** Lets it end, when all that it was to do is done. */
  async finish(): Promise<void> {
    this.#orders.end();
    await this.#child.exited;
  }

  async kill(): Promise<void> {
    await this.#child.end();
  }

  #tell(order: PackOrder): void {
    this.#orders.write(`${JSON.stringify(order)}\n`);
  }
}

function hear(answer: PackAnswer, open: Map<number, Open>): void {
  const item = open.get(answer.id);
  item?.begun.resolve();
  if (item !== undefined && answer.is === 'reading') item.bytes = answer.bytes;
  if (answer.is === 'begun' || answer.is === 'reading') return;
  open.delete(answer.id);
  item?.stored.resolve(answer.is === 'stored' ? answer : undefined);
}
