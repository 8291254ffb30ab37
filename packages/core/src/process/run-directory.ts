import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { BackupError } from '../errors.ts';

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
    const directory = await mkdtemp(join(path, `run-${machine()}-${process.pid}-${startTime(process.pid) ?? 0}-`));
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
  await rm(directory, { recursive: true, force: true });
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

async function removeLeftovers(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    const [, where, pid, started] = /^run-([0-9a-f]{12})-(\d+)-(\d+)-\w{6}$/.exec(name) ?? [];
    if (where === undefined) continue;
    const path = join(base, name);
    const dead =
      where === machine()
        ? !isAlive(Number(pid), Number(started))
        : Date.now() - (await lstat(path)).mtimeMs > foreignLeftoverMs;
    if (dead) await rm(path, { recursive: true, force: true });
  }
}

function isAlive(pid: number, started: number): boolean {
  if (process.platform === 'linux') return startTime(pid) === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** In clock ticks since boot: with the process id, it names a process. proc(5), /proc/PID/stat, field 22. */
function startTime(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  } catch {
    return undefined;
  }
}

/** Where process ids mean the same: this boot of this machine, in this container. */
function machine(): string {
  const parts = [
    hostname(),
    attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    attempt(() => readlinkSync('/proc/self/ns/pid')),
  ];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12);
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
