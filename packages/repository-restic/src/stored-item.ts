import { isItem, type Snapshot } from './snapshots.ts';
import type { ItemRole } from './tags.ts';

/** An item of an archive, as its record has it. */
export interface StoredItem {
  readonly path: string;
  /** As restic says it: its first eight digits before restic 0.16. Absent where there is not a byte to store, which restic refuses. */
  readonly snapshot?: string;
  readonly bytes: number;
  /** Of a directory: what lies in it, with paths below it; absent for a stream. */
  readonly files?: readonly { readonly path: string; readonly bytes: number }[];
}

/** The items of a run. */
export function itemsOf(run: string, snapshots: readonly Snapshot[]): readonly Snapshot<ItemRole>[] {
  return snapshots.filter(isItem).filter(({ role }) => role.run === run);
}

/** The snapshot of an item among those of its run. In a copy of the repository (`restic copy`) it has another id, and its path alone tells. */
export function snapshotOf({ snapshot: id, path }: StoredItem, items: readonly Snapshot<ItemRole>[]) {
  if (id === undefined) return undefined;
  const ofPath = items.filter((item) => item.role.path === path);
  return ofPath.find((item) => item.id.startsWith(id)) ?? (ofPath.length === 1 ? ofPath[0] : undefined);
}

/** Whether it can be read: what is empty always can. */
export function isThere(item: StoredItem, items: readonly Snapshot<ItemRole>[]): boolean {
  return item.snapshot === undefined || snapshotOf(item, items) !== undefined;
}
