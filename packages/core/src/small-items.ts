import { BackupError } from './errors.ts';
import { Pipe } from './process/pipe.ts';
import { type Patience, readItem } from './read-item.ts';
import type { ArchiveReader, ItemReader, RepositoryContext } from './repository.ts';

/** An item up to this size, in bytes, is small. */
const smallBytes = 4 * 1024 * 1024;
/** So many bytes and items of them are read at once; so much memory they take. */
const batchBytes = 16 * 1024 * 1024;
const batchItems = 100;

interface SizedItem {
  readonly path: string;
  readonly bytes: number;
}

export const isSmall = ({ bytes }: Pick<SizedItem, 'bytes'>): boolean => bytes <= smallBytes;

export interface SmallItemsReader extends ArchiveReader {
  /** All bytes of an item, known to be whole; undefined where it has to be streamed. They are given once. */
  held(path: string): Promise<Uint8Array | undefined>;
}

/**
 * The same archive, but that its small items are read several at a time, into memory, where the engine takes longer to start than
 * to read them. They are known to be whole before anybody sees the first byte of one.
 *
 * @param items what will be streamed, in about the order in which it will be
 * @param context for pipes
 * @param stallTimeoutMs after so long without a byte they are left to be read one by one
 */
export async function withSmallItemsTogether(
  reader: ArchiveReader,
  items: readonly SizedItem[],
  context: RepositoryContext,
  stallTimeoutMs: number,
): Promise<SmallItemsReader> {
  const patience = { ms: stallTimeoutMs, error: () => new BackupError('STALLED', 'small dumps do not come') };
  const entries = reader.together ? await reader.entries() : [];
  const files = new Set(entries.filter(({ type }) => type === 'file').map(({ path }) => path));
  const small = items.filter((item) => isSmall(item) && files.has(item.path));
  const batches = new Map<string, Batch>();
  for (const batch of inBatches(small)) {
    const shared = new Batch(reader, batch, context.signal, patience);
    if (batch.length > 1) for (const { path } of batch) batches.set(path, shared);
  }
  const held = async (path: string) => batches.get(path)?.take(path);
  return {
    ...reader,
    held,
    stream: async (path, ...others) => {
      const bytes = others.length === 0 ? await held(path) : undefined;
      return bytes === undefined ? reader.stream(path, ...others) : fromMemory(bytes, context);
    },
  };
}

function inBatches(items: readonly SizedItem[]): SizedItem[][] {
  const batches: SizedItem[][] = [];
  let room = 0;
  for (const item of items) {
    const current = batches.at(-1);
    if (current === undefined || current.length === batchItems || item.bytes > room) {
      batches.push([item]);
      room = batchBytes - item.bytes;
    } else {
      current.push(item);
      room -= item.bytes;
    }
  }
  return batches;
}

/** Items that are read when the first of them is asked for. */
class Batch {
  readonly #read: () => Promise<Map<string, Uint8Array>>;
  #items: Promise<Map<string, Uint8Array>> | undefined;

  constructor(reader: ArchiveReader, items: readonly SizedItem[], signal: AbortSignal, patience: Patience) {
    this.#read = () => readTogether(reader, items, signal, patience);
  }

  /** @returns undefined where the item has to be read alone: a second time, or when one of them could not be read */
  async take(path: string): Promise<Uint8Array | undefined> {
    this.#items ??= this.#read().catch(() => new Map());
    const items = await this.#items;
    const bytes = items.get(path);
    items.delete(path);
    return bytes;
  }
}

/** They come in the archive's order, one after the other, and the archive says how long each is. */
async function readTogether(
  reader: ArchiveReader,
  items: readonly SizedItem[],
  signal: AbortSignal,
  patience: Patience,
): Promise<Map<string, Uint8Array>> {
  const wanted = new Map(items.map((item) => [item.path, item]));
  const inOrder = (await reader.entries()).flatMap(({ path }) => wanted.get(path) ?? []);
  const total = inOrder.reduce((sum, { bytes }) => sum + bytes, 0);
  const chunks: Uint8Array[] = [];
  for await (const chunk of readItem(
    reader,
    inOrder.map(({ path }) => path),
    total,
    signal,
    patience,
  ))
    chunks.push(chunk);
  const all = Buffer.concat(chunks);
  let offset = 0;
  return new Map(
    inOrder.map(({ path, bytes }) => {
      const from = offset;
      offset += bytes;
      return [path, all.subarray(from, offset)];
    }),
  );
}

async function fromMemory(data: Uint8Array, { directory, signal }: RepositoryContext): Promise<ItemReader> {
  const pipe = await Pipe.make(directory, signal);
  const { done, bytes, stop } = pipe.feed(data);
  return {
    fd: pipe.readEnd,
    bytes,
    whole: done,
    close: async () => {
      stop();
      pipe.close();
    },
  };
}
