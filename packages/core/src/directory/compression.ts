import zlib from 'node:zlib';

/** How one file is stored. */
export interface Compression {
  readonly method: 'none' | 'gzip' | 'zstd';
  readonly level?: number;
}

/** zstd came to node:zlib with Node 22.15 and 23.8: its manual, "zlib.createZstdCompress". */
const hasZstd = 'createZstdCompress' in zlib;

/** Of a dump of 30 MB, level 1 took a third of the time of gzip's own default, 6, and an eighth more space. */
const fallback: Compression = { method: 'gzip', level: 1 };

const levels = { gzip: [0, 9], zlib: [0, 9], zstd: [1, 22] } as const;

/**
 * The words that Borg has, too, as far as they apply: `none`, `gzip` and, as in Borg, `zlib`, both with a level from 0 to 9,
 * `zstd` with one from 1 to 22.
 * @param text without it, what is stored when nothing is said
 * @returns a sentence where it is none of these
 */
export function parseCompression(text: string | undefined): Compression | string {
  if (text === undefined) return fallback;
  const [, word = '', level] = /^(\w+)(?:,(\d{1,2}))?$/.exec(text) ?? [];
  if (word === 'none' && level === undefined) return { method: 'none' };
  if (word !== 'gzip' && word !== 'zlib' && word !== 'zstd') {
    return `the directory engine compresses with \`none\`, \`gzip\`, \`gzip,LEVEL\` or \`zstd,LEVEL\``;
  }
  const [least, most] = levels[word];
  if (level !== undefined && (Number(level) < least || Number(level) > most)) {
    return `the level of \`${word}\` is from ${least} to ${most}`;
  }
  if (word === 'zstd' && !hasZstd) return `zstd needs Node 22.15 or later, and this is ${process.version}`;
  const method = word === 'zstd' ? 'zstd' : 'gzip';
  return level === undefined ? { ...fallbackOf(method) } : { method, level: Number(level) };
}

function fallbackOf(method: 'gzip' | 'zstd'): Compression {
  return method === 'gzip' ? fallback : { method, level: 1 };
}
