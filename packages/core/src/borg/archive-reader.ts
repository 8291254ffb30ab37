import type { Exit } from '../process/child.ts';
import { itemOfChildren } from '../process/item-of-children.ts';
import type { ArchiveEntry, ArchiveReader, ItemReader, RepositoryContext, StoredArchive } from '../repository.ts';
import {
  type BorgTarget,
  extractCommand,
  extractToStdoutCommand,
  listEntriesCommand,
  verifyCommand,
} from './command.ts';
import { borgError } from './explain.ts';
import type { BorgMessage } from './log.ts';
import { parseEntries } from './parse.ts';
import { borgGraceMs, runBorg, startBorg } from './run.ts';

export function readArchive(target: BorgTarget, archive: StoredArchive, context: RepositoryContext): ArchiveReader {
  const extract = (...paths: readonly string[]) => extractToStdoutCommand(target, archive.name, paths);
  let entries: Promise<readonly ArchiveEntry[]> | undefined; // an archive does not change while it is open
  return {
    together: true,
    entries: () => {
      entries ??= runBorg(target, listEntriesCommand(target, archive.name), context).then(parseEntries);
      return entries;
    },
    file: async (path) => {
      let found = true;
      const text = await runBorg(target, extract(path), context, {
        accept: ({ code }, messages) => {
          found = code === 0;
          return found || (code === 1 && messages.some(isNoMatch));
        },
      });
      return found ? text : undefined;
    },
    stream: async (...paths) => streamItem(target, extract(...paths), context),
    verify: async (...paths) => {
      await runBorg(target, verifyCommand(target, archive.name, paths), context);
    },
    directory: async (path, destination) => {
      await runBorg(target, extractCommand(target, archive.name, path), context, { cwd: destination });
    },
  };
}

function isNoMatch(message: BorgMessage): boolean {
  return message.type === 'log' && /^Include pattern .* never matched/.test(message.text);
}

/** A warning too is a failure here, since damaged parts of an archive come out as zeros with a warning. */
async function streamItem(
  target: BorgTarget,
  command: ReturnType<typeof extractToStdoutCommand>,
  context: RepositoryContext,
): Promise<ItemReader> {
  let messages: readonly BorgMessage[] = [];
  const start = async (stdout: number) => {
    const borg = await startBorg(command, context, { stdout });
    messages = borg.messages;
    return borg.child;
  };
  const failure = (exit: Exit) => borgError('extract', target.repository.path, exit, messages);
  return itemOfChildren(context, [start], failure, borgGraceMs);
}
