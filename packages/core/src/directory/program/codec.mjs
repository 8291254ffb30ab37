import zlib from 'node:zlib';

/** @typedef {import('../compression.ts').Compression} Compression */

const chunkSize = 65_536;

/**
 * @param {Compression} compression
 * @returns {import('node:stream').Transform[]} what bytes go through on their way to a file
 */
export function compressors({ method, level = 1 }) {
  if (method === 'gzip') return [zlib.createGzip({ level, chunkSize })];
  if (method === 'zstd') return [zstd().compress(level)];
  return [];
}

/**
 * @param {Compression['method']} method
 * @returns {import('node:stream').Transform[]} what they go through on their way back
 */
export function decompressors(method) {
  if (method === 'gzip') return [zlib.createGunzip({ chunkSize })];
  if (method === 'zstd') return [zstd().decompress()];
  return [];
}

/** Newer than the oldest Node that is supported, and than its types. */
function zstd() {
  const { createZstdCompress, createZstdDecompress, constants } = /** @type {any} */ (zlib);
  if (createZstdCompress === undefined)
    throw new Error(`zstd needs Node 22.15 or later, and this is ${process.version}`);
  return {
    /** @param {number} level */
    compress: (level) => createZstdCompress({ chunkSize, params: { [constants.ZSTD_c_compressionLevel]: level } }),
    decompress: () => createZstdDecompress({ chunkSize }),
  };
}
