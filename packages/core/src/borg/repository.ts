import type { RepositorySettings, Settings } from '../config/config.ts';
import type { Repository } from '../repository.ts';
import { readArchive } from './archive-reader.ts';
import { writeArchive } from './archive-writer.ts';
import { type BorgTarget, initCommand, listArchivesCommand } from './command.ts';
import { parseArchives } from './parse.ts';
import { runBorg } from './run.ts';

/** A repository of Borg 1.2 or 1.4. */
export function borgRepository(repository: RepositorySettings, settings: Settings): Repository {
  const target: BorgTarget = { repository, settings };
  return {
    ...repository,
    init: async (encryption, { signal }) => {
      await runBorg(target, initCommand(target, encryption), signal);
    },
    list: async ({ signal }, last) => parseArchives(await runBorg(target, listArchivesCommand(target, last), signal)),
    write: async (plan, context) => writeArchive(target, plan, context),
    read: async (archive, context) => readArchive(target, archive, context),
  };
}
