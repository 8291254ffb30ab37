import { BackupError, type Repository, type Settings, type StoredArchive } from '@dumpstream/core';
import { readArchive } from './archive-reader.ts';
import { ResticArchiveWriter } from './archive-writer.ts';
import { initCommand, type ResticTarget } from './command.ts';
import { readFiles, writeFiles } from './files.ts';
import type { ResticSettings } from './keys.ts';
import { runRestic } from './run.ts';
import { isArchive, isFiles, type Snapshot, snapshotsOf } from './snapshots.ts';
import { checkRepository, compactRepository, removeArchives } from './upkeep.ts';

/** How restic encrypts, and in no other way: its design document, "Keys, Encryption and MAC". */
const encryption = 'aes256-ctr-poly1305';

export function resticRepository(repository: ResticSettings, settings: Settings): Repository {
  const target: ResticTarget = { repository, settings };
  const { path, label } = repository;
  /** What was there when an archive was listed: whoever reads it then needs no other restic to be told. */
  const seen = new WeakMap<StoredArchive, readonly Snapshot[]>();
  return {
    path,
    ...(label === undefined ? {} : { label }),
    init: async (asked, context) => {
      if (asked !== undefined && asked !== encryption) {
        throw new BackupError(
          'CONFIG_INVALID',
          `${path}: restic encrypts with ${encryption} (${asked} was asked for)`,
          {
            repository: path,
            hint: 'leave `encryption` out',
          },
        );
      }
      await runRestic(target, initCommand(target), context);
    },
    list: async (context, last) => {
      const snapshots = await snapshotsOf(target, context);
      const archives = snapshots.flatMap(({ id, time, role }): StoredArchive[] =>
        role.kind === 'item' ? [] : [{ id, time, name: role.name, comment: role.comment }],
      );
      for (const archive of archives) seen.set(archive, snapshots);
      return archives.slice(last === undefined ? 0 : Math.max(0, archives.length - last));
    },
    write: (plan, context) => ResticArchiveWriter.begin(target, plan, context),
    writeFiles: (plan, context) => writeFiles(target, plan, context),
    read: async (archive, context) => {
      const snapshots = seen.get(archive) ?? (await snapshotsOf(target, context));
      const found = snapshots.find(({ id }) => id === archive.id);
      if (found !== undefined && isArchive(found)) return readArchive(target, found, snapshots, context);
      if (found !== undefined && isFiles(found)) return readFiles(target, found, context);
      throw new BackupError('ARCHIVE_NOT_FOUND', `${path} holds no archive ${archive.name}`, { repository: path });
    },
    remove: (archives, context) => removeArchives(target, archives, context),
    compact: (context) => compactRepository(target, context),
    check: (plan, context) => checkRepository(target, plan, context),
  };
}
