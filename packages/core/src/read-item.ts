import { read } from 'node:fs';
import { promisify } from 'node:util';
import { BackupError } from './errors.ts';
import type { ArchiveReader, ItemReader } from './repository.ts';

const readSome = promisify(read);
const chunkBytes = 65_536;
/** Beyond it, setTimeout takes any time for none. */
const longestTimer = 2 ** 31 - 1;

/** How long a read may wait for its first byte, in milliseconds (0: for ever), and what is thrown then. */
export interface Patience {
  readonly ms: number;
  error(): BackupError;
}

/**
 * The bytes of one item, or of several in the archive's order, for whoever works in JavaScript. Comes to its end only when the archive was
 * read whole, and as many bytes came as it has, else throws; given up early, it ends the engine's work.
 */
export async function* readItem(
  archive: ArchiveReader,
  paths: readonly string[],
  expectedBytes: number,
  signal: AbortSignal,
  patience?: Patience,
): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  let bytes = 0;
  for await (const chunk of readOpened(await archive.stream(...paths), signal, patience)) {
    bytes += chunk.length;
    yield chunk;
  }
  if (bytes !== expectedBytes) {
    throw new BackupError(
      'REPOSITORY_FAILED',
      `${bytes} of ${expectedBytes} bytes of ${paths.join(', ')} came out of the archive`,
    );
  }
}

/** The same of an item that is open, from where it stands. */
export async function* readOpened(
  item: ItemReader,
  signal: AbortSignal,
  patience?: Patience,
): AsyncGenerator<Uint8Array> {
  const { fd } = item;
  let closing = false;
  let stall: BackupError | undefined;
  // Closing lets go a read that would wait for ever.
  const close = () => {
    closing = true;
    void item.close();
  };
  const wait = () => {
    if (patience === undefined || patience.ms === 0 || patience.ms > longestTimer) return undefined;
    return setTimeout(() => {
      stall = patience.error();
      close();
    }, patience.ms);
  };
  signal.addEventListener('abort', close, { once: true });
  item.whole.catch(close);
  try {
    for (;;) {
      signal.throwIfAborted();
      // What a descriptor gives that is being closed, an error for one, says nothing: why it is closed does.
      if (closing) await item.whole;
      const buffer = Buffer.allocUnsafe(chunkBytes);
      const timer = wait();
      const { bytesRead } = await readSome(fd, buffer, 0, chunkBytes, null)
        .catch(async (error: unknown) => {
          signal.throwIfAborted();
          if (stall !== undefined) throw stall;
          if (closing) await item.whole;
          throw error;
        })
        .finally(() => clearTimeout(timer));
      if (stall !== undefined) throw stall;
      if (bytesRead === 0) break;
      yield buffer.subarray(0, bytesRead);
    }
    signal.throwIfAborted();
    await item.whole;
  } finally {
    signal.removeEventListener('abort', close);
    await item.close();
  }
}
