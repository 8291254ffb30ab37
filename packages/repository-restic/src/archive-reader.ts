import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ArchiveEntry,
  type ArchiveReader,
  BackupError,
  type Exit,
  itemOfChildren,
  type RepositoryContext,
  type StartWriting,
  type StoredArchive,
} from '@dumpstream/core';
import { dumpCommand, graceMs, type ResticTarget, restoreCommand } from './command.ts';
import { resticError } from './explain.ts';
import { type ArchiveRecord, readRecord, type StoredItem } from './record.ts';
import { runRestic, startRestic } from './run.ts';

/** A file of the archive, and where restic has it; nowhere if it is empty. */
interface Place {
  readonly path: string;
  readonly bytes: number;
  readonly item: StoredItem;
  /** In the item's snapshot. */
  readonly inner: string;
}

interface Opened extends ArchiveRecord {
  readonly places: readonly Place[];
}

/**
 * Reads an archive of dumps.
 * @param snapshots ids of all that are there
 */
export function readArchive(
  target: ResticTarget,
  archive: StoredArchive,
  snapshots: ReadonlySet<string>,
  context: RepositoryContext,
): ArchiveReader {
  const { path: repository } = target.repository;
  const what = `the archive ${archive.name}`;
  let opening: Promise<Opened> | undefined; // an archive does not change while it is open
  const open = () => {
    opening ??= openArchive(target, archive, what, context);
    return opening;
  };
  const failure = (exit: Exit) => resticError('dump', repository, exit);
  const find = async (path: string) => (await open()).places.find((place) => place.path === path);
  const startOf = ({ item, inner }: Place): StartWriting => {
    const command = item.snapshot === undefined ? nothing : dumpCommand(target, item.snapshot, inner);
    return (stdout) => startRestic(command, { stdout });
  };
  return {
    together: false, // each is a restic of its own in any case
    entries: async () => {
      const { items, manifestPath, manifest } = await open();
      const isThere = ({ snapshot }: StoredItem) => snapshot === undefined || snapshots.has(snapshot);
      const entries = items.flatMap((item) => entriesOf(item, isThere(item)));
      return [...entries, { path: manifestPath, type: 'file', bytes: Buffer.byteLength(manifest), whole: true }];
    },
    file: async (path) => {
      const { manifestPath, manifest } = await open();
      if (path === manifestPath) return manifest;
      const { item, inner } = (await find(path)) ?? {};
      if (item === undefined || inner === undefined) return undefined;
      return item.snapshot === undefined ? '' : runRestic(target, dumpCommand(target, item.snapshot, inner), context);
    },
    stream: async (...paths) => {
      const { places } = await open();
      const [first, ...others] = places.filter(({ path }) => paths.includes(path)).map(startOf);
      if (first === undefined) throw missing(paths.join(', '), what, repository);
      return itemOfChildren(context, [first, ...others], failure, graceMs);
    },
    verify: async (...paths) => {
      const { items } = await open();
      for (const path of paths) {
        const item = items.find((each) => each.path === path);
        if (item === undefined) throw missing(path, what, repository);
        if (item.snapshot === undefined) continue;
        const inner = item.files === undefined ? `/${path}` : '/';
        await runRestic(target, dumpCommand(target, item.snapshot, inner), context, { stdout: 'ignore' });
      }
    },
    directory: async (path, destination) => {
      const item = (await open()).items.find((each) => each.path === path && each.files !== undefined);
      if (item?.snapshot === undefined) throw missing(path, what, repository);
      await runRestic(target, restoreCommand(target, item.snapshot, destination), context);
    },
  };
}

/** In place of a restic for what is not a byte. */
const nothing = { file: 'true', args: [] };

async function openArchive(
  target: ResticTarget,
  archive: StoredArchive,
  what: string,
  context: RepositoryContext,
): Promise<Opened> {
  const directory = join(context.directory, `record-${archive.id}`);
  await mkdir(directory, { mode: 0o700 });
  await runRestic(target, restoreCommand(target, archive.id, directory), context);
  const record = await readRecord(directory, what, target.repository.path);
  return { ...record, places: record.items.flatMap(placesOf) };
}

function placesOf(item: StoredItem): readonly Place[] {
  if (item.files === undefined) return [{ path: item.path, bytes: item.bytes, item, inner: `/${item.path}` }];
  return item.files.map(({ path, bytes }) => ({ path: `${item.path}/${path}`, bytes, item, inner: `/${path}` }));
}

function entriesOf(item: StoredItem, whole: boolean): readonly ArchiveEntry[] {
  const files = placesOf(item).map(({ path, bytes }): ArchiveEntry => ({ path, type: 'file', bytes, whole }));
  return item.files === undefined ? files : [{ path: item.path, type: 'directory', bytes: 0, whole }, ...files];
}

function missing(path: string, what: string, repository: string): BackupError {
  return new BackupError('REPOSITORY_FAILED', `${what} has no ${path}`, { repository });
}
