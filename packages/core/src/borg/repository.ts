import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { RepositorySettings, Settings } from '../config/config.ts';
import { BackupError } from '../errors.ts';
import type { Repository } from '../repository.ts';
import { readArchive } from './archive-reader.ts';
import { writeArchive } from './archive-writer.ts';
import { type BorgTarget, createFilesCommand, initCommand, listArchivesCommand } from './command.ts';
import { parseArchives, parseCreated } from './parse.ts';
import { runBorg } from './run.ts';
import { checkRepository, compactRepository, removeArchives } from './upkeep.ts';

/** A repository of Borg 1.2 or 1.4. */
export function borgRepository(repository: RepositorySettings, settings: Settings): Repository {
  const target: BorgTarget = { repository: { ...repository, path: absolute(repository.path) }, settings };
  return {
    ...repository,
    init: async (encryption, context) => {
      const path = target.repository.path;
      if (encryption === undefined) {
        throw new BackupError('CONFIG_INVALID', `${path}: a Borg repository is made with \`encryption\``, {
          repository: path,
          hint: "say `repokey-blake2`, or another of Borg's words: `borg init --help` has them, and `none`",
        });
      }
      refuseEmptyPassphrase(path, encryption, settings);
      const isNew = isLocal(path) && !existsSync(path);
      try {
        await runBorg(target, initCommand(target, encryption), context);
      } catch (error) {
        // Half a repository can be used by nobody, and would be in the way of the next attempt.
        if (isNew && !(error instanceof BackupError && error.code === 'REPOSITORY_EXISTS')) {
          await rm(path, { recursive: true, force: true });
        }
        throw unknownEncryption(error, path, encryption) ?? error;
      }
    },
    list: async (context, last) => parseArchives(await runBorg(target, listArchivesCommand(target, last), context)),
    write: async (plan, context) => writeArchive(target, plan, context),
    writeFiles: async (plan, context) => {
      const command = createFilesCommand(target, plan);
      const created = await runBorg(target, command, context, {
        accept: ({ code }, messages) => {
          if (code !== 0 && code !== 1) return false;
          for (const message of messages) if (message.type === 'log') context.warn(message.text);
          return true;
        },
      });
      return parseCreated(created);
    },
    read: async (archive, context) => readArchive(target, archive, context),
    remove: async (archives, context) => removeArchives(target, archives, context),
    compact: async (context) => compactRepository(target, context),
    check: async (plan, context) => checkRepository(target, plan, context),
  };
}

/** What was to be encrypted anybody could read: a variable of the environment was empty, most likely. */
function refuseEmptyPassphrase(path: string, encryption: string, { encryption_passphrase: phrase }: Settings): void {
  if (phrase !== '' || /^(none|authenticated)/.test(encryption)) return;
  throw new BackupError('CONFIG_INVALID', `${path}: encryption_passphrase is empty, and would encrypt nothing`, {
    repository: path,
    hint: 'set it (where it is a variable of the environment, look whether that is empty), or use `none` to encrypt nothing',
  });
}

/** Borg has no message id for it: its command line's parser complains. */
function unknownEncryption(error: unknown, path: string, encryption: string): BackupError | undefined {
  const [, choices] =
    /--encryption: invalid choice: .*\(choose from (.*)\)/.exec(error instanceof BackupError ? error.message : '') ??
    [];
  if (choices === undefined) return undefined;
  return new BackupError('CONFIG_INVALID', `${path}: Borg has no encryption \`${encryption}\``, {
    repository: path,
    hint: `it has ${choices}`,
    cause: error,
  });
}

/** Borg has working directories of its own, and a path of this machine means ours. */
function absolute(path: string): string {
  return isLocal(path) ? resolve(path.replace(/^~(?=\/|$)/, homedir())) : path;
}

function isLocal(path: string): boolean {
  return !path.includes('://') && !/^[^/]+:/.test(path);
}
