import { isItem, type Snapshot } from './snapshots.ts';

/** An item of an archive, as its record has it. */
export interface StoredItem {
  readonly path: string;
  /** As restic says it: its first eight digits before restic 0.16. Absent where there is not a byte to store, which restic refuses. */
  readonly snapshot?: string;
  readonly bytes: number;
  /** Of a directory: what lies in it, with paths below it; absent for a stream. */
  readonly files?: readonly { readonly path: string; readonly bytes: number }[];
}

/** The snapshot of an item among those of its repository. */
export function snapshotOf(item: StoredItem, run: string, snapshots: readonly Snapshot[]): Snapshot | undefined {
  const { snapshot: id, path } = item;
  if (id === undefined) return undefined;
  return snapshots
    .filter(isItem)
    .find(({ id: whole, role }) => whole.startsWith(id) && role.run === run && role.path === path);
}

/** Whether it can be read: what is empty always can. */
export function isThere(item: StoredItem, run: string, snapshots: readonly Snapshot[]): boolean {
  return item.snapshot === undefined || snapshotOf(item, run, snapshots) !== undefined;
}
