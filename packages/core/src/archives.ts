import { parseComment } from './comment.ts';
import { BackupError } from './errors.ts';
import { type Manifest, manifestPath, parseManifest } from './manifest.ts';
import type { Archive, DatabaseRef } from './report.ts';
import type { ArchiveReader, Repository, RepositoryContext, StoredArchive } from './repository.ts';

/** An archive as the listing shows it. */
export async function describeArchive(
  repository: Repository,
  stored: StoredArchive,
  context: RepositoryContext,
): Promise<Archive> {
  const { name, id, time } = stored;
  const about = { repository: repository.path, name, id, time };
  const comment = parseComment(stored.comment);
  if (comment === undefined) return { ...about, status: 'foreign', databases: [] };
  if (comment.databases !== undefined) return { ...about, status: 'complete', databases: comment.databases };
  const manifest = await readManifest(await repository.read(stored, context));
  return manifest === undefined
    ? { ...about, status: 'incomplete', databases: [] }
    : { ...about, status: 'complete', databases: manifest.databases.map(refIn) };
}

/** The reference that a manifest's database stands for. */
export function refIn({ hook, name, kind, hostname, port, label }: Manifest['databases'][number]): DatabaseRef {
  return {
    hook,
    name,
    kind,
    ...(hostname === undefined ? {} : { hostname }),
    ...(port === undefined ? {} : { port }),
    ...(label === undefined ? {} : { label }),
  };
}

export interface OpenArchive {
  readonly stored: StoredArchive;
  readonly reader: ArchiveReader;
  readonly manifest: Manifest;
}

/**
 * Opens the archive of that name or id; `latest` is the newest one with a manifest.
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
    for (const stored of all.filter(({ comment }) => parseComment(comment) !== undefined).reverse()) {
      const reader = await repository.read(stored, context);
      const manifest = await readManifest(reader);
      if (manifest !== undefined) return { stored, reader, manifest };
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
  const reader = await repository.read(stored, context);
  const manifest = await readManifest(reader);
  if (manifest === undefined) {
    throw new BackupError('ARCHIVE_INCOMPLETE', `the archive ${stored.name} has no valid manifest`, {
      ...details,
      hint: 'its backup did not succeed, or another program made it; choose another archive',
    });
  }
  return { stored, reader, manifest };
}

async function readManifest(reader: ArchiveReader): Promise<Manifest | undefined> {
  const text = await reader.file(manifestPath);
  return text === undefined ? undefined : parseManifest(text);
}
