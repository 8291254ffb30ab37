import {
  type ArchiveEntry,
  type ArchiveReader,
  BackupError,
  type FilesPlan,
  type FilesStats,
  itemOfChildren,
  type RepositoryContext,
  type StartWriting,
  type StoredArchive,
} from '@dumpstream/core';
import {
  backupFilesCommand,
  dumpCommand,
  graceMs,
  listFilesCommand,
  type ResticTarget,
  restoreCommand,
} from './command.ts';
import { resticError } from './explain.ts';
import { runRestic, startRestic } from './run.ts';
import { parseSummary } from './summary.ts';
import { tagsOf } from './tags.ts';

/** Ordinary files are one snapshot, which is there wholly or not at all. */
export async function writeFiles(
  target: ResticTarget,
  plan: FilesPlan,
  context: RepositoryContext,
): Promise<FilesStats> {
  const { name, comment, paths, excludes, leaveOut } = plan;
  const tags = tagsOf({ kind: 'files', name, comment });
  const command = backupFilesCommand(target, tags, { paths, excludes: [...excludes, ...leaveOut.map(literal)] });
  const said = await runRestic(target, command, context, {
    // Exit status 3: some files could not be read. restic's manual, "Exit status codes" of `backup`.
    accept: ({ code, stderr }) => {
      if (code === 3) for (const message of unreadable(stderr)) context.warn(message);
      return code === 0 || code === 3;
    },
  });
  const { originalBytes, addedBytes } = parseSummary(said, target.repository.path);
  return { originalBytes, deduplicatedBytes: addedBytes };
}

/** A path that stands for itself in a pattern: filepath.Match of Go. */
function literal(path: string): string {
  return path.replace(/[\\*?[]/g, '\\$&');
}

/** With `--json` a line is `{"message_type":"error","error":{…},"item":"/path"}`. */
function unreadable(stderr: string): string[] {
  return stderr.split('\n').flatMap((line) => {
    const item = /^\{.*"message_type":"error".*"item":("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
    return item === undefined ? [] : [`restic could not read ${JSON.parse(item)}`];
  });
}

/** Reads an archive of ordinary files. Their paths have no first slash in an archive. */
export function readFiles(target: ResticTarget, archive: StoredArchive, context: RepositoryContext): ArchiveReader {
  const { path: repository } = target.repository;
  let listing: Promise<readonly ArchiveEntry[]> | undefined;
  const entries = () => {
    listing ??= runRestic(target, listFilesCommand(target, archive.id), context).then(parseEntries);
    return listing;
  };
  const dump = (path: string) => dumpCommand(target, archive.id, `/${path}`);
  const files = async () => (await entries()).filter(({ type }) => type === 'file').map(({ path }) => path);
  return {
    together: false,
    entries,
    file: async (path) => ((await files()).includes(path) ? runRestic(target, dump(path), context) : undefined),
    stream: async (...paths) => {
      const wanted = (await files()).filter((path) => paths.includes(path));
      const [first, ...others] = wanted.map(
        (path): StartWriting =>
          (stdout) =>
            startRestic(dump(path), { stdout }),
      );
      if (first === undefined) {
        throw new BackupError('REPOSITORY_FAILED', `the archive ${archive.name} has no ${paths.join(', ')}`, {
          repository,
        });
      }
      return itemOfChildren(context, [first, ...others], (exit) => resticError('dump', repository, exit), graceMs);
    },
    verify: async (...paths) => {
      for (const path of paths) await runRestic(target, dump(path), context, { stdout: 'ignore' });
    },
    directory: async (path, destination) => {
      // `restic dump` gives a tar archive of a directory; `restore` gives the files, below their whole path.
      await runRestic(target, restoreCommand(target, archive.id, destination, literal(`/${path}`)), context);
    },
  };
}

/** `restic ls --json`: a line for the snapshot, and one for each node. */
function parseEntries(stdout: string): readonly ArchiveEntry[] {
  return stdout.split('\n').flatMap((line): ArchiveEntry[] => {
    if (line === '') return [];
    const { struct_type: kind, type, path, size } = JSON.parse(line) as Record<string, unknown>;
    if (kind !== 'node') return [];
    const known = type === 'file' ? 'file' : type === 'dir' ? 'directory' : 'other';
    return [{ path: String(path).slice(1), type: known, bytes: Number(size ?? 0), whole: true }];
  });
}
