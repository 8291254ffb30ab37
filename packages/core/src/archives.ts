import { parseComment } from './comment.ts';
import { BackupError } from './errors.ts';
import { foreignDatabases } from './foreign.ts';
import type { Meta } from './hook.ts';
import { type Manifest, manifestPath, parseManifest } from './manifest.ts';
import type { Archive, DatabaseRef } from './report.ts';
import type { ArchiveReader, Repository, RepositoryContext, StoredArchive } from './repository.ts';

/**
 * An archive as the listing shows it.
 * @param verify whether its manifest is looked for, though its comment says what is in it
 */
export async function describeArchive(
  repository: Repository,
  stored: StoredArchive,
  context: RepositoryContext,
  verify = false,
): Promise<Archive> {
  const { name, id, time } = stored;
  const about = { repository: repository.path, name, id, time };
  const comment = parseComment(stored.comment);
  if (comment === undefined) return { ...about, status: 'foreign', databases: [] };
  if (comment.databases?.length === 0 || (comment.databases !== undefined && !verify)) {
    return { ...about, status: 'complete', databases: comment.databases };
  }
  const manifest = await readManifest(await repository.read(stored, context));
  return manifest === undefined
    ? { ...about, status: 'incomplete', databases: [] }
    : { ...about, status: 'complete', databases: manifest.databases.map(refIn) };
}

/** A dump in an archive. */
export type ArchivedDatabase = DatabaseRef & {
  readonly status: 'ok' | 'failed';
  readonly path: string;
  readonly username?: string;
  /** Absent in another tool's archive, until a hook has recognised the dump. */
  readonly meta?: Meta;
};

export interface OpenArchive {
  readonly stored: StoredArchive;
  readonly reader: ArchiveReader;
  readonly databases: readonly ArchivedDatabase[];
}

/**
 * Opens the archive of that name or id; `latest` is the newest one of ours that is complete and has databases. An archive
 * of another tool has to be named.
 * @throws BackupError ARCHIVE_NOT_FOUND, ARCHIVE_INCOMPLETE
 */
export async function openArchive(
  repository: Repository,
  archive: string,
  context: RepositoryContext,
): Promise<OpenArchive> {
  const all = await repository.list(context);
  const details = { repository: repository.path };
  if (archive === 'latest') {
    for (const stored of all.filter(({ comment }) => parseComment(comment)?.databases?.length !== 0).reverse()) {
      if (parseComment(stored.comment) === undefined) continue;
      const { reader, manifest } = await open(repository, stored, context);
      if (manifest !== undefined) return { stored, reader, databases: manifest.databases };
    }
    throw new BackupError('ARCHIVE_NOT_FOUND', `${repository.path} holds no complete archive`, details);
  }
  const stored = all.find(({ name, id }) => name === archive || id === archive);
  if (stored === undefined) {
    throw new BackupError('ARCHIVE_NOT_FOUND', `${repository.path} holds no archive ${archive}`, {
      ...details,
      hint: 'listArchives() tells the names, or use `latest`',
    });
  }
  const { reader, manifest } = await open(repository, stored, context);
  if (manifest !== undefined) return { stored, reader, databases: manifest.databases };
  const isOurs = parseComment(stored.comment) !== undefined;
  const foreign = isOurs ? [] : foreignDatabases(await reader.entries());
  if (foreign.length > 0) return { stored, reader, databases: foreign.map((found) => ({ ...found, status: 'ok' })) };
  throw new BackupError(
    'ARCHIVE_INCOMPLETE',
    `the archive ${stored.name} ${isOurs ? 'has no valid manifest' : 'holds no dumps that are known here'}`,
    { ...details, hint: 'its backup did not succeed, or another program made it; choose another archive' },
  );
}

/** Whoever opens an archive needs its entries next: an engine takes longer to start than to read either. */
async function open(
  repository: Repository,
  stored: StoredArchive,
  context: RepositoryContext,
): Promise<{ reader: ArchiveReader; manifest: Manifest | undefined }> {
  const reader = await repository.read(stored, context);
  const [, manifest] = await settled(reader.entries(), readManifest(reader));
  return { reader, manifest };
}

/** The results of both, when both are over. */
async function settled<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}

/** The reference alone, without what an archive knows besides. */
export function refIn({ hook, name, kind, hostname, port, label }: DatabaseRef): DatabaseRef {
  return {
    hook,
    name,
    kind,
    ...(hostname === undefined ? {} : { hostname }),
    ...(port === undefined ? {} : { port }),
    ...(label === undefined ? {} : { label }),
  };
}

/** @returns undefined where there is no valid one: the archive is not complete */
export async function readManifest(reader: ArchiveReader): Promise<Manifest | undefined> {
  const text = await reader.file(manifestPath);
  return text === undefined ? undefined : parseManifest(text);
}
