import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArchiveEntry, type ArchiveReader, BackupError, type RepositoryContext } from '@dumpstream/core';
import { dumpCommand, fileOf, type ResticCommand, type ResticTarget, restoreCommand } from './command.ts';
import { type ArchiveRecord, readRecord } from './record.ts';
import { runRestic } from './run.ts';
import type { Snapshot } from './snapshots.ts';
import { isThere, itemsOf, type StoredItem, snapshotOf } from './stored-item.ts';
import { streamOf } from './stream.ts';
import type { ArchiveRole } from './tags.ts';

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
 * @param snapshots all that are there
 */
export function readArchive(
  target: ResticTarget,
  archive: Snapshot<ArchiveRole>,
  snapshots: readonly Snapshot[],
  context: RepositoryContext,
): ArchiveReader {
  const { name, run } = archive.role;
  const what = `the archive ${name}`;
  const own = itemsOf(run, snapshots);
  let opening: Promise<Opened> | undefined; // an archive does not change while it is open
  const open = () => {
    opening ??= openArchive(target, archive.id, what, context);
    return opening;
  };
  const missing = (path: string) =>
    new BackupError('REPOSITORY_FAILED', `${what} has no ${path}`, { repository: target.repository.path });
  const find = async (path: string) => (await open()).places.find((place) => place.path === path);
  const dump = ({ item, inner }: Pick<Place, 'item' | 'inner'>): ResticCommand | undefined =>
    item.snapshot === undefined ? undefined : dumpCommand(target, idOf(item), inner);
  /** What somebody has removed, restic says that it does not find. */
  const idOf = (item: StoredItem) => snapshotOf(item, own)?.id ?? (item.snapshot as string);
  return {
    together: false, // each is a restic of its own in any case
    entries: async () => {
      const { items, manifestPath, manifest } = await open();
      const entries = items.flatMap((item) => entriesOf(item, isThere(item, own)));
      return [...entries, { path: manifestPath, type: 'file', bytes: Buffer.byteLength(manifest), whole: true }];
    },
    file: async (path) => {
      const { manifestPath, manifest } = await open();
      if (path === manifestPath) return manifest;
      const place = await find(path);
      if (place === undefined) return undefined;
      const command = dump(place);
      return command === undefined ? '' : runRestic(target, command, context);
    },
    stream: async (...paths) => {
      const { places } = await open();
      const wanted = places.filter(({ path }) => paths.includes(path));
      return streamOf(
        target,
        wanted.map((place) => dump(place) ?? nothing),
        `${what} has no ${paths.join(', ')}`,
        context,
      );
    },
    verify: async (...paths) => {
      const { items } = await open();
      for (const path of paths) {
        const item = items.find((each) => each.path === path);
        if (item === undefined) throw missing(path);
        const command = dump({ item, inner: item.files === undefined ? `/${fileOf(path)}` : '/' });
        if (command !== undefined) await runRestic(target, command, context, { stdout: 'ignore' });
      }
    },
    directory: async (path, destination) => {
      const item = (await open()).items.find((each) => each.path === path && each.files !== undefined);
      if (item?.snapshot === undefined) throw missing(path);
      await runRestic(target, restoreCommand(target, idOf(item), destination), context);
    },
  };
}

/** In place of a restic for what is not a byte. */
const nothing: ResticCommand = { file: 'true', args: [] };

async function openArchive(
  target: ResticTarget,
  id: string,
  what: string,
  context: RepositoryContext,
): Promise<Opened> {
  const directory = join(context.directory, `record-${id}`);
  await mkdir(directory, { mode: 0o700 });
  await runRestic(target, restoreCommand(target, id, directory), context);
  const record = await readRecord(directory, what, target.repository.path);
  return { ...record, places: record.items.flatMap(placesOf) };
}

function placesOf(item: StoredItem): readonly Place[] {
  if (item.files === undefined) return [{ path: item.path, bytes: item.bytes, item, inner: `/${fileOf(item.path)}` }];
  return item.files.map(({ path, bytes }) => ({ path: `${item.path}/${path}`, bytes, item, inner: `/${path}` }));
}

function entriesOf(item: StoredItem, whole: boolean): readonly ArchiveEntry[] {
  const files = placesOf(item).map(({ path, bytes }): ArchiveEntry => ({ path, type: 'file', bytes, whole }));
  return item.files === undefined ? files : [{ path: item.path, type: 'directory', bytes: 0, whole }, ...files];
}
