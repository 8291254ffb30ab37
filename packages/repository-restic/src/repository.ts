import { BackupError, type Repository, type Settings, type StoredArchive } from '@dumpstream/core';
import { readArchive } from './archive-reader.ts';
import { ResticArchiveWriter } from './archive-writer.ts';
import { initCommand, type ResticTarget } from './command.ts';
import { readFiles, writeFiles } from './files.ts';
import type { ResticSettings } from './keys.ts';
import { runRestic } from './run.ts';
import { snapshotsOf } from './snapshots.ts';
import { checkRepository, compactRepository, removeArchives } from './upkeep.ts';

/** How restic encrypts, and in no other way: its design document, "Keys, Encryption and MAC". */
const encryption = 'aes256-ctr-poly1305';

export function resticRepository(repository: ResticSettings, settings: Settings): Repository {
  const target: ResticTarget = { repository, settings };
  const { path, label } = repository;
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
      const archives = (await snapshotsOf(target, context)).flatMap(({ id, time, role }): StoredArchive[] =>
        role.kind === 'item' ? [] : [{ id, time, name: role.name, comment: role.comment }],
      );
      return archives.slice(last === undefined ? 0 : Math.max(0, archives.length - last));
    },
    write: (plan, context) => ResticArchiveWriter.begin(target, plan, context),
    writeFiles: (plan, context) => writeFiles(target, plan, context),
    read: async (archive, context) => {
      const snapshots = await snapshotsOf(target, context);
      const found = snapshots.find(({ id }) => id === archive.id);
      if (found === undefined) {
        throw new BackupError('ARCHIVE_NOT_FOUND', `${path} holds no archive ${archive.name}`, { repository: path });
      }
      if (found.role.kind === 'files') return readFiles(target, archive, context);
      return readArchive(target, archive, new Set(snapshots.map(({ id }) => id)), context);
    },
    remove: (archives, context) => removeArchives(target, archives, context),
    compact: (context) => compactRepository(target, context),
    check: (plan, context) => checkRepository(target, plan, context),
  };
}
