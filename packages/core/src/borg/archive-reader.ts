import { ioCounters } from '../process/io-counters.ts';
import { Pipe } from '../process/pipe.ts';
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

/**
 * The pipe's end is held until Borg has exited with status 0: a warning too is a failure here, since damaged parts of an
 * archive come out as zeros with a warning.
 */
async function streamItem(
  target: BorgTarget,
  command: ReturnType<typeof extractToStdoutCommand>,
  context: RepositoryContext,
): Promise<ItemReader> {
  const pipe = await Pipe.make(context.directory, context.signal);
  const { child, messages } = await startBorg(command, context, { stdout: pipe.writeEnd }).catch((error: unknown) => {
    pipe.close();
    throw error;
  });
  let bytes = 0;
  const whole = child.exited.then((exit) => {
    if (exit.code !== 0) throw borgError('extract', target.repository.path, exit, messages);
    pipe.closeWriteEnd();
  });
  whole.catch(() => {}); // whoever waits for it gets it
  return {
    get fd() {
      return pipe.readEnd;
    },
    bytes: () => {
      bytes = ioCounters(child.pid)?.written ?? bytes;
      return bytes;
    },
    whole,
    close: async () => {
      await child.end(borgGraceMs);
      await whole.catch(() => {});
      pipe.close();
    },
  };
}
