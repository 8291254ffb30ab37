import { Readable } from 'node:stream';
import { openArchive } from './archives.ts';
import { openCall } from './call.ts';
import type { Config } from './config/config.ts';
import { BackupError } from './errors.ts';
import { describe } from './job.ts';
import type { ExtractOptions } from './options.ts';
import { readItem } from './read-item.ts';
import { openRepository } from './repositories.ts';
import { select } from './select.ts';

/**
 * The bytes of one dump, as they lie in the archive: what the database's own dump command wrote.
 *
 * @returns a stream that ends only when the archive was read whole. Else it is destroyed with a BackupError:
 *   ARCHIVE_NOT_FOUND, ARCHIVE_INCOMPLETE, DATABASE_NOT_FOUND, DATABASE_AMBIGUOUS, REPOSITORY_AMBIGUOUS,
 *   REPOSITORY_MISSING, REPOSITORY_FAILED, PASSPHRASE_WRONG, ABORTED. Destroying it ends Borg.
 */
export function extract(config: Config, options: ExtractOptions): Readable {
  const over = new AbortController();
  const dump = chunks(config, options, over);
  const stream = Readable.from(dump, { objectMode: false });
  stream._destroy = (error, callback) => {
    over.abort(); // the generator's own end waits for a read that is under way
    const done = () => callback(error);
    dump.return(undefined).then(done, done);
  };
  return stream;
}

/** Until its end an abort of the caller's is one of `over`. `AbortSignal.any` could be collected as garbage before it. */
async function* chunks(config: Config, options: ExtractOptions, over: AbortController): AsyncGenerator<Uint8Array> {
  const { signal } = options;
  const abort = () => over.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    yield* read(config, { ...options, signal: over.signal });
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

async function* read(config: Config, options: ExtractOptions): AsyncGenerator<Uint8Array> {
  const call = await openCall(config, options);
  try {
    const repository = openRepository(config, options.repository);
    const archive = await openArchive(repository, options.archive, call.repositoryContext('archive'));
    const [database, ...others] = select(archive.databases, [options.database]);
    if (database === undefined || others.length > 0) {
      throw new BackupError('DATABASE_AMBIGUOUS', `one dump can be extracted, and ${1 + others.length} are chosen`, {
        hint: 'choose one by its `name`, and by its `hook`, `hostname`, `port` or `label` where need be',
      });
    }
    const entries = await archive.reader.entries();
    const entry = entries.find(({ path, type, whole }) => path === database.path && type === 'file' && whole);
    if (entry === undefined) {
      throw new BackupError('ARCHIVE_INCOMPLETE', `${describe(database)} is no whole file in ${archive.stored.name}`, {
        hint: 'dumps in the directory format are extracted with `borg extract`',
      });
    }
    yield* readItem(archive.reader, [database.path], entry.bytes, call.signal);
  } catch (thrown) {
    throw call.error(thrown, 'REPOSITORY_FAILED');
  } finally {
    await call.close();
  }
}
