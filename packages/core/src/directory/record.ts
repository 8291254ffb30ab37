import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, type TSchema, Type } from 'typebox';
import Value from 'typebox/value';
import { indexName, recordName } from './layout.ts';

/** What an archive's directory says of the archive. Its id is a digest of the rest, and with it of all that is in it. */
const record = Type.Object({
  version: Type.Literal(1),
  id: Type.String(),
  name: Type.String({ minLength: 1 }),
  time: Type.String(),
  comment: Type.String(),
  /** Dumps, or ordinary files in one tar. */
  kind: Type.Union([Type.Literal('dumps'), Type.Literal('files')]),
  /** SHA-256 of the index, as it stands in its file. */
  index: Type.String(),
});

const digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
/** Relative, and leading nowhere else. */
const innerPath = Type.String({ pattern: '^(?!\\.{0,2}(/|$))(?!.*/\\.{0,2}(/|$))[^\\0]+$' });

const entry = Type.Union([
  Type.Object({ path: innerPath, type: Type.Literal('directory') }),
  Type.Object({
    path: innerPath,
    type: Type.Literal('file'),
    bytes: Type.Integer({ minimum: 0 }),
    stored: Type.Object({
      file: innerPath,
      bytes: Type.Integer({ minimum: 0 }),
      sha256: digest,
      compression: Type.Union([Type.Literal('none'), Type.Literal('gzip'), Type.Literal('zstd')]),
    }),
  }),
]);

const index = Type.Object({ entries: Type.Array(entry) });

export type ArchiveRecord = Static<typeof record>;
export type IndexEntry = Static<typeof entry>;
export type FileEntry = Extract<IndexEntry, { type: 'file' }>;

/** Both texts, of which the first says that the second is right. */
export function formatRecord(
  about: Omit<ArchiveRecord, 'version' | 'id' | 'index'>,
  entries: readonly IndexEntry[],
): { readonly record: string; readonly index: string } {
  // A line for each entry, for those who look into it.
  const indexText = `{"entries":[\n${entries.map((each) => JSON.stringify(each)).join(',\n')}\n]}\n`;
  const { name, time, comment, kind } = about;
  const rest = { version: 1 as const, name, time, comment, kind, index: sha256(indexText) };
  return { record: `${JSON.stringify({ id: idOf(rest), ...rest }, null, 2)}\n`, index: indexText };
}

/**
 * What an archive's directory says, if that is what was once written there.
 * @throws Error where it is not, or cannot be read
 */
export async function readRecord(directory: string): Promise<ArchiveRecord> {
  const found = parse(record, await readFile(join(directory, recordName), 'utf8'), recordName);
  if (found.id !== idOf(found)) throw new Error(`${recordName} is damaged`);
  return found;
}

/** The same for what is in it. */
export async function readIndex(directory: string, { index: expected }: ArchiveRecord): Promise<readonly IndexEntry[]> {
  const text = await readFile(join(directory, indexName), 'utf8');
  if (sha256(text) !== expected) throw new Error(`${indexName} is damaged`);
  return parse(index, text, indexName).entries;
}

function parse<T extends TSchema>(schema: T, text: string, what: string): Static<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${what} is damaged`);
  }
  if (!Value.Check(schema, value)) throw new Error(`${what} is damaged, or of a later version`);
  return value as Static<T>;
}

function idOf({ version, name, time, comment, kind, index: of }: Omit<ArchiveRecord, 'id'>): string {
  return sha256(JSON.stringify([version, name, time, comment, kind, of]));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
