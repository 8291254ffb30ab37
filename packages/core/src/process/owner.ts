import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What the name of a thing on disk says of the process whose it is. */
export const ownerPattern = '([0-9a-f]{12})-(\\d+)-(\\d+)';

/** This process, for the name of a thing that is to be removed when it is dead. */
export function ownerName(): string {
  return `${machine()}-${process.pid}-${startTime(process.pid) ?? 0}`;
}

/**
 * Whether the process that a name tells of is alive; undefined where that cannot be known, on another machine or in another
 * container.
 * @param groups what {@link ownerPattern} found
 */
export function isOwnerAlive([where, pid, started]: readonly (string | undefined)[]): boolean | undefined {
  return where === machine() ? isAlive(Number(pid), Number(started)) : undefined;
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
