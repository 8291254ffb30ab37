import { createHash, randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { encodeSegment } from '../place.ts';
import { ownerName, ownerPattern } from '../process/owner.ts';
import type { Compression } from './compression.ts';

/**
 * A repository:
 *
 *     .dumpstream-repository.json     that it is one, and of which form
 *     NAME/                           an archive, its name encoded as a path segment
 *       archive.json                  its name, time and comment
 *       index.json                    what is in it, with the size and digest of each file
 *       dumpstream/…/users.gz         the items, at their stored paths
 *       dumpstream/manifest.json
 *     .partial-OWNER-…/               an archive that is being written, or was when its owner died
 *     .removed-…/                     one that is being removed
 *
 * No archive's name begins with a dot.
 */
export const markerName = '.dumpstream-repository.json';
export const recordName = 'archive.json';
export const indexName = 'index.json';
/** In an archive of ordinary files, the one item. */
export const tarPath = 'files.tar';

export function archiveDirectory(root: string, name: string): string {
  return join(root, encodeSegment(name));
}

export function newPartial(root: string): string {
  return join(root, `.partial-${ownerName()}-${randomBytes(4).toString('hex')}`);
}

export function newRemoved(root: string): string {
  return join(root, `.removed-${randomBytes(8).toString('hex')}`);
}

const partial = new RegExp(`^\\.partial-${ownerPattern}-[0-9a-f]{8}$`);

/** Whose a partial archive is, for `isOwnerAlive`; undefined where the name is of something else. */
export function ownerOf(name: string): readonly string[] | undefined {
  return partial.exec(name)?.slice(1);
}

export function isRemoved(name: string): boolean {
  return /^\.removed-[0-9a-f]{16}$/.test(name);
}

const suffixes: Readonly<Record<Compression['method'], string>> = { none: '', gzip: '.gz', zstd: '.zst' };
const nameMax = 255;

/** The file of an item, below its archive's directory: its path, and what says how it is compressed. */
export function storedFile(path: string, { method }: Compression): string {
  const suffix = suffixes[method];
  const name = basename(path);
  if (Buffer.byteLength(name) + suffix.length <= nameMax) return path + suffix;
  const digest = `~${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
  return join(dirname(path), cut(name, nameMax - suffix.length - digest.length) + digest + suffix);
}

/** As many whole characters as fit into so many bytes. */
function cut(text: string, bytes: number): string {
  let kept = text.slice(0, bytes);
  while (Buffer.byteLength(kept) > bytes) kept = Array.from(kept).slice(0, -1).join('');
  return kept;
}
