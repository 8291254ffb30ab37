import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { BackupError } from '@dumpstream/core';
import type { LoadJob } from './entry.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Refuses a dump that cannot fit beside the live database, where the server's disk can be seen: on this host only.
 * @throws BackupError `RESTORE_FAILED`
 */
export async function refuseWithoutRoom(
  { entry, item, bytes }: LoadJob,
  { host, directory }: Surroundings['place'],
): Promise<void> {
  if (host !== hostname()) return;
  const free = await freeBytes(directory);
  // Binary data is twice as long in a dump.
  const needed = Math.ceil(bytes / 2);
  if (free === undefined || needed <= free) return;
  throw new BackupError(
    'RESTORE_FAILED',
    `the dump of ${item.name} does not fit beside ${entry.name}: it takes at least ${needed} bytes, in ${directory} ${free} are free`,
    { hint: 'free some space there, or restore with the strategy `in-place`, which needs none beside it' },
  );
}

/** @returns undefined where there is no such directory here, or it is not ours to look at: a server in a container, for one */
async function freeBytes(directory: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
