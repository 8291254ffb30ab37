import { createHash } from 'node:crypto';
import { constants, createReadStream, createWriteStream, write } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { decompressors } from './codec.mjs';

/**
 * @typedef {import('../unpacker.ts').UnpackOrder} UnpackOrder
 * @typedef {UnpackOrder['files'][number]} StoredFile
 */

/**
 * Reads the stored files that standard input lists, one after the other: into standard output, each into a file of its own, or
 * only to look at them. Ends well only if every one of them is what was stored; when it only looks, it reads on, and
 * prints a line for each that is not.
 */
export async function unpack() {
  /** @type {UnpackOrder} */
  const { files, into } = JSON.parse(await text(process.stdin));
  for (const file of files) {
    try {
      await give(file, await sink(into, file));
    } catch (error) {
      const { message, code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (into !== 'nothing') throw Object.assign(new Error(`${file.path}: ${message}`), { code });
      process.stdout.write(`${file.path}: ${message}\n`);
    }
  }
}

/**
 * @param {StoredFile} file
 * @param {unknown} sink where its bytes go
 */
async function give({ from, bytes, stored }, sink) {
  const hash = createHash('sha256');
  let storedBytes = 0;
  let givenBytes = 0;
  // Nothing but the file itself: in a repository there are no links.
  const file = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW);
  await pipeline(
    /** @type {any} */ ([
      createReadStream('', { fd: file, highWaterMark: 262_144 }),
      /** @param {AsyncIterable<Buffer>} chunks */
      async function* (chunks) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          storedBytes += chunk.length;
          yield chunk;
        }
      },
      ...decompressors(stored.compression),
      /** @param {AsyncIterable<Buffer>} chunks */
      async function* (chunks) {
        for await (const chunk of chunks) {
          givenBytes += chunk.length;
          yield chunk;
        }
      },
      sink,
    ]),
  );
  if (storedBytes !== stored.bytes) throw new Error(`${storedBytes} bytes are there, and ${stored.bytes} were stored`);
  if (hash.digest('hex') !== stored.sha256) throw new Error('its bytes are not those that were stored');
  if (givenBytes !== bytes) throw new Error(`${givenBytes} bytes came out, and ${bytes} went in`);
}

/**
 * @param {UnpackOrder['into']} into
 * @param {StoredFile} file
 */
async function sink(into, { to }) {
  if (into === 'stdout') return toStdout;
  if (into === 'nothing' || to === undefined) return drain;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  return createWriteStream(to, { flags: 'wx', mode: 0o600 });
}

const writeSome = promisify(write);

/**
 * Waits where nobody reads: in a thread, since standard output is shared with the host and has to stay as it is.
 * @param {AsyncIterable<Buffer>} chunks
 */
async function toStdout(chunks) {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) at += (await writeSome(1, chunk, at)).bytesWritten;
  }
}

/** @param {AsyncIterable<Buffer>} chunks */
async function drain(chunks) {
  for await (const _ of chunks);
}
