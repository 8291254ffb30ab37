import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveEntry, ArchiveReader, FilesPlan, FilesStats, RepositoryContext } from '@dumpstream/core';
import { backupFilesCommand, dumpCommand, listFilesCommand, type ResticTarget, restoreCommand } from './command.ts';
import { runRestic } from './run.ts';
import type { Snapshot } from './snapshots.ts';
import { streamOf } from './stream.ts';
import { parseSummary } from './summary.ts';
import { type FilesRole, tagsOf } from './tags.ts';

/** Ordinary files are one snapshot, which is there wholly or not at all. */
export async function writeFiles(
  target: ResticTarget,
  plan: FilesPlan,
  context: RepositoryContext,
): Promise<FilesStats> {
  const { name, comment, paths, excludes, leaveOut } = plan;
  const tags = tagsOf({ kind: 'files', name, comment });
  const command = backupFilesCommand(target, tags, { paths, excludes: [...excludes, ...leaveOut.map(literal)] });
  const unread: string[] = [];
  const said = await runRestic(target, command, context, {
    onLine: (line) => unread.push(...unreadable(line)),
    // Exit status 3: some files could not be read. restic's manual, "Exit status codes" of `backup`.
    accept: ({ code }) => code === 0 || code === 3,
  });
  for (const path of new Set(unread)) context.warn(`restic could not read ${path}`);
  const { originalBytes, addedBytes } = parseSummary(said, target.repository.path);
  return { originalBytes, deduplicatedBytes: addedBytes };
}

/** A path that stands for itself in a pattern: filepath.Match of Go. */
function literal(path: string): string {
  return path.replace(/[\\*?[]/g, '\\$&');
}

/** With `--json` a line is `{"message_type":"error","error":{…},"item":"/path"}`. */
function unreadable(line: string): string[] {
  const item = /^\{.*"message_type":"error".*"item":("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
  return item === undefined ? [] : [JSON.parse(item)];
}

/** Reads an archive of ordinary files. Their paths have no first slash in an archive. */
export function readFiles(
  target: ResticTarget,
  { id, role: { name } }: Snapshot<FilesRole>,
  context: RepositoryContext,
): ArchiveReader {
  let listing: Promise<readonly ArchiveEntry[]> | undefined;
  const entries = () => {
    listing ??= runRestic(target, listFilesCommand(target, id), context).then(parseEntries);
    return listing;
  };
  const dump = (path: string) => dumpCommand(target, id, `/${path}`);
  const files = async () => (await entries()).filter(({ type }) => type === 'file').map(({ path }) => path);
  return {
    together: false,
    entries,
    file: async (path) => ((await files()).includes(path) ? runRestic(target, dump(path), context) : undefined),
    stream: async (...paths) => {
      const wanted = (await files()).filter((path) => paths.includes(path));
      return streamOf(target, wanted.map(dump), `the archive ${name} has no ${paths.join(', ')}`, context);
    },
    verify: async (...paths) => {
      for (const path of paths) await runRestic(target, dump(path), context, { stdout: 'ignore' });
    },
    directory: async (path, destination) => {
      // `restic dump` gives a tar archive of a directory; `restore` gives the files, below their whole path.
      const whole = await mkdtemp(join(destination, '.restored-'));
      await runRestic(target, restoreCommand(target, id, whole, literal(`/${path}`)), context);
      for (const name of await readdir(join(whole, path)))
        await rename(join(whole, path, name), join(destination, name));
      await rm(whole, { recursive: true });
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
