import type { ArchivedDatabase, OpenArchive } from './archives.ts';
import { refIn } from './archives.ts';
import type { Call } from './call.ts';
import { BackupError } from './errors.ts';
import type { DatabaseHook, Meta } from './hook.ts';
import { describe } from './job.ts';
import { readItem } from './read-item.ts';

/** Enough for any format's signature and the first lines of a script. */
const headBytes = 16_384;

/** Has the hook tell from its first bytes what kind of dump another tool has left. */
export async function recognise(
  call: Call,
  archive: OpenArchive,
  hook: DatabaseHook,
  database: ArchivedDatabase,
): Promise<Meta> {
  const entries = await archive.reader.entries();
  const files = entries.filter(({ path }) => path.startsWith(`${database.path}/`)).map(({ path }) => path);
  const first = files.find((path) => path.endsWith('/toc.dat')) ?? files[0] ?? database.path;
  const bytes = entries.find(({ path }) => path === first)?.bytes ?? 0;
  const head = await headOf(archive, first, bytes, call.signal);
  const names = files.map((path) => path.slice(database.path.length + 1));
  const meta = hook.recognise?.(head, names);
  if (meta !== undefined) return meta;
  throw new BackupError('RESTORE_FAILED', `the dump of ${describe(database)} is in no format that is known here`, {
    database: refIn(database),
    hint: 'extract() gives its bytes, to be restored by hand',
  });
}

/** The rest is not read. */
async function headOf(archive: OpenArchive, path: string, size: number, signal: AbortSignal): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of readItem(archive.reader, [path], size, signal)) {
    parts.push(chunk);
    bytes += chunk.length;
    if (bytes >= headBytes) break;
  }
  return Buffer.concat(parts).subarray(0, headBytes);
}
