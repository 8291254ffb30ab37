import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Settings } from '../config/config.ts';
import { BackupError } from '../errors.ts';
import type { Repository, RepositoryContext, StoredArchive } from '../repository.ts';
import { readArchive } from './archive-reader.ts';
import { DirectoryArchiveWriter, type NewArchive, type Target } from './archive-writer.ts';
import { type ArchiveInPlace, archivesIn } from './archives.ts';
import { checkArchive } from './check.ts';
import { syncDirectory, writeDurably } from './durable.ts';
import { readFilesArchive, writeFilesArchive } from './files.ts';
import { compressionOf, type DirectorySettings } from './keys.ts';
import { archiveDirectory, markerName, newRemoved, tarPath } from './layout.ts';
import { removeArchive, removeLeftovers } from './partial.ts';
import { storageError } from './program.ts';
import { readIndex } from './record.ts';

/** A directory with archives as plain files, for a machine without any backup program. `layout.ts` says how they lie in it. */
export function directoryRepository(configured: DirectorySettings, settings: Settings): Repository {
  const { path, label } = configured;
  const root = resolve(path.replace(/^~(?=\/|$)/, homedir()));
  const failure = (error: unknown) => storageError(error, `the repository ${path} could not be used`, path);

  const use = async <T>({ signal }: RepositoryContext, work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    try {
      await expectRepository(root, path);
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw failure(error);
    }
  };
  const begin = async (plan: Omit<NewArchive, 'time'>, context: RepositoryContext) => {
    await removeLeftovers(root).catch((error: Error) => {
      context.warn(`what an interrupted run left in ${path} could not be removed: ${error.message}`);
    });
    if (await isThere(archiveDirectory(root, plan.name))) {
      throw new BackupError('REPOSITORY_FAILED', `${path} has an archive ${plan.name} already`, { repository: path });
    }
    const compression = compressionOf(configured, settings);
    if (typeof compression === 'string') throw new BackupError('CONFIG_INVALID', compression);
    const target: Target = { root, repository: path, compression };
    return DirectoryArchiveWriter.begin(target, { ...plan, time: newTime() }, context);
  };
  const find = async (archive: StoredArchive): Promise<ArchiveInPlace | undefined> =>
    (await archivesIn(root)).find(({ stored }) => stored.id === archive.id);

  return {
    path,
    ...(label === undefined ? {} : { label }),
    init: async (encryption, { signal }) => {
      signal.throwIfAborted();
      if (encryption !== undefined && encryption !== 'none') {
        throw new BackupError(
          'CONFIG_INVALID',
          `${path}: the directory engine does not encrypt (${encryption} was asked for)`,
          {
            repository: path,
            hint: 'leave `encryption` out, or take a Borg repository',
          },
        );
      }
      await makeRepository(root, path).catch((error: unknown) => {
        throw failure(error);
      });
    },
    list: (context, last) =>
      use(context, async () => {
        const found = await archivesIn(root);
        for (const { stored, damage } of found) {
          if (damage !== undefined) context.warn(`the archive ${stored.name} in ${path} cannot be read: ${damage}`);
        }
        return found.map(({ stored }) => stored).slice(last === undefined ? 0 : Math.max(0, found.length - last));
      }),
    write: (plan, context) => use(context, () => begin({ ...plan, kind: 'dumps' }, context)),
    writeFiles: (plan, context) =>
      use(context, async () => {
        const writer = await begin({ ...plan, paths: [tarPath], manifestPath: tarPath, kind: 'files' }, context);
        // What is being written would never come to its end.
        return writeFilesArchive(writer, { ...plan, leaveOut: [...plan.leaveOut, root] }, context);
      }),
    read: (archive, context) =>
      use(context, async () => {
        const found = await find(archive);
        if (found === undefined) {
          throw new BackupError('ARCHIVE_NOT_FOUND', `${path} holds no archive ${archive.name}`, { repository: path });
        }
        const { directory, record } = found;
        const about = { directory, repository: path, what: `the archive ${archive.name}` };
        if (record === undefined) return readArchive({ ...about, entries: [] }, context);
        const entries = await readIndex(directory, record).catch((error: Error) => {
          throw storageError(error, about.what, path);
        });
        const read = record.kind === 'files' ? readFilesArchive : readArchive;
        return read({ ...about, entries }, context);
      }),
    remove: (archives, context) =>
      use(context, async () => {
        const places = new Map((await archivesIn(root)).map(({ stored, directory }) => [stored.id, directory]));
        for (const { id } of archives) {
          context.signal.throwIfAborted();
          const directory = places.get(id);
          if (directory !== undefined) await removeArchive(root, directory);
        }
      }),
    compact: (context) => use(context, async () => ({ freedBytes: await removeLeftovers(root) })),
    check: ({ verifyData }, context) =>
      use(context, async () => {
        const findings: string[] = [];
        for (const archive of await archivesIn(root)) {
          findings.push(...(await checkArchive(archive, verifyData, path, context.signal)));
        }
        return findings;
      }),
  };
}

const version = 1;
const marker = {
  dumpstream: 'directory',
  version,
  about: 'Archives of database dumps, a directory each. `gunzip -c` gives a dump that was stored as .gz.',
};

/** @throws BackupError REPOSITORY_MISSING where there is none, REPOSITORY_FAILED where it is of a later form */
async function expectRepository(root: string, path: string): Promise<void> {
  const text = await readFile(join(root, markerName), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    throw new BackupError('REPOSITORY_MISSING', `there is no directory repository at ${path}`, {
      repository: path,
      hint: 'make it with initRepository(), or check the path and whether its disk is mounted',
    });
  });
  const found = /"dumpstream": *"directory",\s*"version": *(\d+)/.exec(text)?.[1];
  if (found === String(version)) return;
  const what =
    found === undefined ? `${markerName} is damaged` : `it is of version ${found}, and ${version} is known here`;
  throw new BackupError('REPOSITORY_FAILED', `the repository ${path} cannot be used: ${what}`, {
    repository: path,
    hint:
      found === undefined ? `restore ${markerName}, for one from another repository` : 'use a later @dumpstream/core',
  });
}

async function makeRepository(root: string, path: string): Promise<void> {
  const exists = (what: string, hint: string) =>
    new BackupError('REPOSITORY_EXISTS', `${path} ${what}`, { repository: path, hint });
  const made = await mkdir(root, { mode: 0o700 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      if (error.code !== 'ENOENT') throw error;
      throw new BackupError('REPOSITORY_MISSING', `there is no directory for the repository ${path}`, {
        repository: path,
        hint: `make ${dirname(root)} first`,
      });
    },
  );
  if (!made) {
    const names = await readdir(root).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') throw exists('is a file', 'the path is taken; choose another');
      throw error;
    });
    if (names.includes(markerName)) throw exists('is a repository already', 'use it as it is, or choose another path');
    // A fresh file system has that one.
    if (names.some((name) => name !== 'lost+found')) throw exists('is not empty', 'the path is taken; choose another');
  }
  const draft = newRemoved(root);
  try {
    await writeDurably(draft, `${JSON.stringify(marker, null, 2)}\n`);
    await rename(draft, join(root, markerName));
    await syncDirectory(root);
    if (made) await syncDirectory(dirname(root));
  } catch (error) {
    await rm(made ? root : draft, { recursive: true, force: true });
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

let last = 0;

/** Archives are listed by their times: two that one process makes never have the same. */
function newTime(): string {
  last = Math.max(Date.now(), last + 1);
  return new Date(last).toISOString();
}
