import { lstat, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isOwnerAlive } from '../process/owner.ts';
import { syncDirectories, syncDirectory } from './durable.ts';
import { isRemoved, newPartial, newRemoved, ownerOf } from './layout.ts';

/** Written now and then, so that those who cannot see the owner, on another machine, know it to be alive. */
const beatName = '.beat';
const beatMs = 60_000;
/** After so long without it, another machine's archive is taken as dead. */
const silenceMs = 24 * 60 * 60 * 1000;

/** The directory of an archive that is being written: nobody takes it for one before it is put in place, in one step. */
export class Partial {
  readonly path: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(path: string) {
    this.path = path;
    this.#timer = setInterval(() => void beat(path).catch(() => {}), beatMs);
    this.#timer.unref();
  }

  static async make(root: string): Promise<Partial> {
    const path = newPartial(root);
    await mkdir(path, { mode: 0o700 });
    await beat(path);
    return new Partial(path);
  }

  /** Has everything in it written to the disk. */
  async sync(): Promise<void> {
    clearInterval(this.#timer);
    await rm(join(this.path, beatName), { force: true });
    await syncDirectories(this.path);
  }

  /** Gives it its name, in one step; rejects where there is an archive of that name. */
  async putInPlace(as: string): Promise<void> {
    await rename(this.path, as);
  }

  async remove(): Promise<void> {
    clearInterval(this.#timer);
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * The archive is gone in one step; its files go with the next leftovers. One that is gone already is no failure.
 * @returns where they are until then
 */
export async function removeArchive(root: string, directory: string): Promise<string> {
  const removed = newRemoved(root);
  try {
    await rename(directory, removed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await syncDirectory(root);
  return removed;
}

/**
 * Removes what dead runs left and the files of removed archives, and nothing of a living run.
 * @returns how many bytes that were
 */
export async function removeLeftovers(root: string): Promise<number> {
  const names = (await readdir(root)).filter((name) => ownerOf(name) !== undefined || isRemoved(name));
  if (names.length === 0) return 0;
  const now = await clockOf(root);
  let freed = 0;
  for (const path of names.map((name) => join(root, name))) {
    if (!(await isDead(path, now))) continue;
    freed += await sizeOf(path);
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
  return freed;
}

async function isDead(path: string, now: number): Promise<boolean> {
  const owner = ownerOf(basename(path));
  if (owner === undefined) return true; // what nobody needs any more, whoever removed it
  const alive = isOwnerAlive(owner);
  if (alive !== undefined) return !alive;
  const beaten = (await stat(join(path, beatName)).catch(() => stat(path).catch(() => undefined)))?.mtimeMs;
  return beaten !== undefined && now - beaten > silenceMs;
}

/** The time as the file server has it, which need not be this machine's. */
async function clockOf(root: string): Promise<number> {
  const probe = newRemoved(root);
  const handle = await open(probe, 'wx', 0o600); // another run may remove it at once, and it still has its time
  try {
    return (await handle.stat()).mtimeMs;
  } finally {
    await handle.close();
    await rm(probe, { force: true });
  }
}

async function beat(path: string): Promise<void> {
  await writeFile(join(path, beatName), '.', { mode: 0o600 });
}

async function sizeOf(path: string): Promise<number> {
  const files = await readdir(path, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(files.map((file) => lstat(join(path, file)).catch(() => undefined)));
  return sizes.reduce((sum, stats) => sum + (stats?.isFile() === true ? stats.size : 0), 0);
}
