import { chmod, lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { BackupError } from '../errors.ts';
import { isOwnerAlive, ownerName, ownerPattern } from './owner.ts';

/** Where the directories of runs are made when the configuration does not say: `~/.dumpstream`. */
export const defaultBase = '~/.dumpstream';

/** After so long, what another machine left in a shared base is taken as dead. */
const foreignLeftoverMs = 7 * 24 * 60 * 60 * 1000;

/**
 * Makes a fresh private directory for one call, and removes those of runs that died. Its name says whose it is, so
 * that the directory of a living run, in another process or in another container over the same base, is left alone.
 * @throws BackupError RUN_DIRECTORY_UNSAFE when others could put something into the base
 */
export async function makeRunDirectory(base = defaultBase): Promise<string> {
  const path = expand(base);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await refuseUnsafe(path);
    await removeLeftovers(path);
    const directory = await mkdtemp(join(path, `run-${ownerName()}-`));
    await chmod(directory, 0o700);
    return directory;
  } catch (cause) {
    if (cause instanceof BackupError) throw cause;
    throw new BackupError('RUN_DIRECTORY_UNSAFE', `no directory can be made in ${path}: ${(cause as Error).message}`, {
      cause,
      hint: 'set borgmatic_source_directory to a directory that this user owns, on a disk that is not full',
    });
  }
}

export async function removeRunDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

function expand(base: string): string {
  return resolve(base.replace(/^~(?=\/|$)/, homedir()));
}

async function refuseUnsafe(path: string): Promise<void> {
  const stats = await lstat(path);
  const refuse = (why: string) => {
    throw new BackupError('RUN_DIRECTORY_UNSAFE', `the directory for runs, ${path}, ${why}`, {
      hint: 'set borgmatic_source_directory to a directory that this user owns and nobody else can write to',
    });
  };
  if (stats.isSymbolicLink()) refuse('is a symbolic link');
  if (!stats.isDirectory()) refuse('is not a directory');
  if (process.getuid !== undefined && stats.uid !== process.getuid()) refuse('belongs to another user');
  if ((stats.mode & 0o022) !== 0) refuse('can be written to by others');
}

const leftover = new RegExp(`^run-${ownerPattern}-\\w{6}$`);

async function removeLeftovers(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    const [found, ...owner] = leftover.exec(name) ?? [];
    if (found === undefined) continue;
    const path = join(base, name);
    const alive = isOwnerAlive(owner) ?? Date.now() - (await modifiedAt(path)) <= foreignLeftoverMs;
    if (!alive) await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Now, for what has gone in the meantime. */
async function modifiedAt(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => undefined);
  return stats?.mtimeMs ?? Date.now();
}
