import { createHash } from 'node:crypto';
import { constants, createReadStream, openSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { compressors } from './codec.mjs';

/**
 * @typedef {import('../packer.ts').PackOrder} PackOrder
 * @typedef {import('../packer.ts').PackAnswer} PackAnswer
 * @typedef {import('../compression.ts').Compression} Compression
 */

/**
 * Stores what it is told to, by a line on standard input for each item, until that ends; answers by lines on standard output.
 * What cannot be stored ends all. Pipes are read at once and side by side, so that nobody who writes to one waits for another;
 * files one after the other.
 */
export async function pack() {
  /** @type {Map<number, AbortController>} */
  const taken = new Map();
  let files = Promise.resolve();
  /** @type {(reason: unknown) => void} */
  let fail = () => {};
  const failed = new Promise((_, reject) => {
    fail = reject;
  });

  /** @param {PackOrder} order */
  const obey = (order) => {
    if (order.do === 'drop') return taken.get(order.id)?.abort();
    const over = new AbortController();
    taken.set(order.id, over);
    const work = () => take(order, over.signal).finally(() => taken.delete(order.id));
    if (order.pipe) void work().catch(fail);
    else files = files.then(work).catch(fail);
  };
  const orders = (async () => {
    for await (const line of createInterface({ input: process.stdin })) obey(JSON.parse(line));
  })();
  await Promise.race([orders, failed]);
}

/**
 * @param {Extract<PackOrder, { do: 'take' }>} order
 * @param {AbortSignal} dropped
 */
async function take({ id, from, pipe, to, compression }, dropped) {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const file = await open(to, 'wx', 0o600);
  try {
    const source = pipe ? openPipe(from) : createReadStream(from);
    answer({ id, is: 'begun' });
    const onBytes = (/** @type {number} */ bytes) => answer({ id, is: 'reading', bytes });
    const stored = await store(source, compression, file, { signal: dropped, onBytes });
    await file.sync();
    await file.close();
    if (!pipe) await rm(from);
    answer({ id, is: 'stored', ...stored });
  } catch (error) {
    await file.close().catch(() => {});
    if (!dropped.aborted) throw error;
    await rm(to, { force: true });
    answer({ id, is: 'dropped' });
  }
}

/**
 * @param {import('node:stream').Readable} source
 * @param {Compression} compression
 * @param {import('node:fs/promises').FileHandle} file
 * @param {{ signal: AbortSignal, onBytes: (bytes: number) => void }} options
 */
async function store(source, compression, file, { signal, onBytes }) {
  const hash = createHash('sha256');
  let bytes = 0;
  let storedBytes = 0;
  let told = 0;
  // By the clock, so that what came last is told, too, when nothing more comes.
  const telling = setInterval(() => {
    if (bytes > told) onBytes(bytes);
    told = bytes;
  }, tellEveryMs);
  const done = pipeline(
    /** @type {any} */ ([
      source,
      /** @param {AsyncIterable<Buffer>} chunks */
      async function* (chunks) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          yield chunk;
        }
      },
      ...compressors(compression),
      /** @param {AsyncIterable<Buffer>} chunks */
      async (chunks) => {
        for await (const chunk of chunks) {
          hash.update(chunk);
          storedBytes += chunk.length;
          await file.writeFile(chunk); // goes on where the one before ended, and writes all of it
        }
      },
    ]),
    { signal },
  );
  await done.finally(() => clearInterval(telling));
  return { bytes, storedBytes, sha256: hash.digest('hex') };
}

/** How often it says how far it is. */
const tellEveryMs = 100;

/**
 * Read without a thread that waits: there are few of them, and they are needed for compression.
 * @param {string} path of a named pipe that somebody holds open for writing
 */
function openPipe(path) {
  return new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false });
}

/** @param {PackAnswer} message */
function answer(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
