import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * What a snapshot is to us, in its tags, which restic shows and can look for. An archive of dumps is a group: an item's snapshot for
 * each dump, and the record, written last, that makes an archive of them. An archive of ordinary files is one snapshot.
 */
export type Role = ItemRole | ArchiveRole | FilesRole;

export interface ItemRole {
  readonly kind: 'item';
  readonly run: string;
  readonly path: string;
}

export interface ArchiveRole {
  readonly kind: 'archive';
  readonly run: string;
  readonly name: string;
  readonly comment: string;
}

export interface FilesRole {
  readonly kind: 'files';
  readonly name: string;
  readonly comment: string;
}

/** All of ours have it. */
export const ours = 'dumpstream';

export function tagsOf(role: Role): readonly string[] {
  if (role.kind === 'item') return [ours, runTag(role.run), tag('item', role.path)];
  const about = [tag(role.kind, role.name), tag('comment', packed(role.comment))];
  return role.kind === 'archive' ? [ours, runTag(role.run), ...about] : [ours, ...about];
}

export function runTag(run: string): string {
  return tag('run', run);
}

/** @returns undefined for a snapshot that is not ours */
export function roleOf(tags: readonly string[]): Role | undefined {
  if (!tags.includes(ours)) return undefined;
  const value = (key: string) => {
    const found = tags.find((each) => each.startsWith(`${key}:`));
    return found === undefined ? undefined : decodeURIComponent(found.slice(key.length + 1));
  };
  const [run, path, archive, files] = ['run', 'item', 'archive', 'files'].map(value);
  const comment = unpacked(value('comment') ?? '');
  if (run !== undefined && path !== undefined) return { kind: 'item', run, path };
  if (run !== undefined && archive !== undefined) return { kind: 'archive', run, name: archive, comment };
  return files === undefined ? undefined : { kind: 'files', name: files, comment };
}

/** restic takes several tags with commas between them, and drops white space around each. */
function tag(key: string, value: string): string {
  return `${key}:${value.replace(/[%,\s]/g, encodeURIComponent)}`;
}

/** A comment lists databases: as it is, it would fill the screen of whoever lists snapshots by hand. */
function packed(comment: string): string {
  return deflateRawSync(comment).toString('base64url');
}

function unpacked(text: string): string {
  try {
    return inflateRawSync(Buffer.from(text, 'base64url')).toString('utf8');
  } catch {
    return ''; // somebody else's tag
  }
}
