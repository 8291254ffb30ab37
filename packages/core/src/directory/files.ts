import { readdir } from 'node:fs/promises';
import { BackupError } from '../errors.ts';
import { type ChildCommand, type Exit, startChild } from '../process/child.ts';
import { hasReader, Pipe } from '../process/pipe.ts';
import { rejectedBy, rejectedWithin } from '../process/rejected-by.ts';
import type {
  ArchiveEntry,
  ArchiveReader,
  FilesPlan,
  FilesStats,
  ItemReader,
  RepositoryContext,
} from '../repository.ts';
import { isFile, type OpenedArchive, verifyFiles } from './archive-reader.ts';
import type { DirectoryArchiveWriter } from './archive-writer.ts';
import { tarPath } from './layout.ts';
import { createCommand, extractCommand, listCommand, parseList, toStdoutCommand } from './tar.ts';
import { streamFiles } from './unpacker.ts';

/** Ordinary files are one item: what tar makes of them. */
export async function writeFilesArchive(
  writer: DirectoryArchiveWriter,
  plan: FilesPlan,
  { signal, warn }: RepositoryContext,
): Promise<FilesStats> {
  try {
    const item = await writer.stream(tarPath);
    await item.taken;
    const command = createCommand(await withoutRoot(plan.paths), plan);
    const over = AbortSignal.any([signal, writer.failed]);
    const child = await startChild(command, { stdout: item.fd, onLine: warn });
    const exit = await endedWith(over, child);
    // 1: files that changed while they were read, each with a message.
    if (exit.code !== 0 && exit.code !== 1) {
      if (!hasReader(item.fd)) await rejectedWithin(writer.failed, goneReaderMs);
      throw tarError('writing', exit);
    }
    item.finish();
    return await writer.finish(plan.comment);
  } catch (error) {
    const reason = writer.failed.aborted ? writer.failed.reason : error;
    await writer.abort();
    signal.throwIfAborted();
    throw reason;
  }
}

/** How long the program may take to say why it reads no more. */
const goneReaderMs = 5_000;

/** The root itself has no path without its slash. */
async function withoutRoot(paths: readonly string[]): Promise<readonly string[]> {
  if (!paths.includes('/')) return paths;
  return (await readdir('/')).map((name) => `/${name}`);
}

/** Reads an archive of ordinary files. */
export function readFilesArchive(archive: OpenedArchive, context: RepositoryContext): ArchiveReader {
  const files = archive.entries.filter(isFile);
  const whole = { ...archive, files };
  const tar = (command: ChildCommand, stdout?: number) =>
    throughTar(() => streamFiles(whole, context), command, stdout);
  let listed: Promise<readonly ArchiveEntry[]> | undefined; // an archive does not change while it is open
  const entries = () => {
    listed ??= tar(listCommand()).then(async ({ ended }) => parseList(await ended(context.signal)));
    return listed;
  };
  const hasFile = async (path: string) =>
    (await entries()).some((entry) => entry.path === path && entry.type === 'file');
  return {
    together: true,
    entries,
    file: async (path) =>
      (await hasFile(path)) ? (await tar(toStdoutCommand([path]))).ended(context.signal) : undefined,
    stream: async (...paths) => {
      for (const path of paths) {
        if (await hasFile(path)) continue;
        throw new BackupError('REPOSITORY_FAILED', `${archive.what} has no file ${path}`, {
          repository: archive.repository,
        });
      }
      return streamThroughTar((stdout) => tar(toStdoutCommand(paths), stdout), context);
    },
    verify: async () => verifyFiles(whole, context),
    directory: async (path, destination) => {
      await (await tar(extractCommand(path, destination))).ended(context.signal);
    },
  };
}

/** A tar that reads a whole archive. */
interface Tar {
  /** Its output, once the archive was whole and tar has come to a good end. Afterwards nothing of it is left. */
  ended(signal: AbortSignal): Promise<string>;
}

async function throughTar(open: () => Promise<ItemReader>, command: ChildCommand, stdout?: number): Promise<Tar> {
  const item = await open();
  try {
    const child = await startChild(command, { stdin: item.fd, ...(stdout === undefined ? {} : { stdout }) });
    return {
      ended: async (signal) => {
        const broken = new AbortController();
        item.whole.catch((reason: unknown) => broken.abort(reason));
        try {
          const exit = await endedWith(AbortSignal.any([signal, broken.signal]), child);
          if (exit.code !== 0) throw tarError('reading', exit);
          await item.whole;
          return exit.stdout;
        } finally {
          await child.end();
          await item.close();
        }
      },
    };
  } catch (error) {
    await item.close();
    throw error;
  }
}

async function streamThroughTar(
  start: (stdout: number) => Promise<Tar>,
  { directory, signal }: RepositoryContext,
): Promise<ItemReader> {
  const pipe = await Pipe.make(directory, signal);
  const closed = new AbortController();
  try {
    const tar = await start(pipe.writeEnd);
    const whole = tar.ended(AbortSignal.any([signal, closed.signal])).then(() => pipe.closeWriteEnd());
    whole.catch(() => {}); // whoever waits for it gets it
    return {
      get fd() {
        return pipe.readEnd;
      },
      bytes: () => 0,
      whole,
      close: async () => {
        closed.abort(new BackupError('REPOSITORY_FAILED', 'the item was closed before its end'));
        await whole.catch(() => {});
        pipe.close();
      },
    };
  } catch (error) {
    pipe.close();
    throw error;
  }
}

/** The child's end, which an abort brings about. */
async function endedWith(over: AbortSignal, child: Awaited<ReturnType<typeof startChild>>): Promise<Exit> {
  try {
    return await rejectedBy(over, child.exited);
  } finally {
    await child.end();
  }
}

function tarError(doing: string, { code, signal, stderr }: Exit): BackupError {
  const end = signal === undefined ? `exit status ${code}` : `signal ${signal}`;
  return new BackupError('REPOSITORY_FAILED', `tar failed at ${doing} files (${end}): ${stderr}`, {
    hint: 'it has to be GNU tar; see what it says, and try it by hand',
  });
}
