import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { both, type Fault } from '../fault.ts';
import type { Cell } from '../support/cell.ts';
import { setVariable } from './servers.ts';

const failed = both({ codes: ['REPOSITORY_FAILED'], names: 'repository' });

/** Borg itself. */
export const borgFaults: readonly Fault[] = [
  {
    id: 'borg-exits-1',
    title: 'Borg exits 1 when it has done its work',
    expect: {
      // A warning of `borg create` is no failure; the archive is looked at before it counts.
      backup: { codes: ['ok'] },
      restore: { codes: ['REPOSITORY_FAILED'], names: 'repository' },
    },
    arrange: (cell) => void cell.wrapBorg('"$real" "$@"; exit 1'),
  },
  {
    id: 'borg-exits-2',
    title: 'Borg exits 2 when it has done its work',
    expect: failed,
    arrange: (cell) => void cell.wrapBorg('"$real" "$@"; exit 2'),
  },
  {
    id: 'borg-exits-2-at-start',
    title: 'Borg exits 2 at the start',
    expect: failed,
    arrange: (cell) => void cell.wrapBorg('exit 2'),
  },
  {
    id: 'borg-killed',
    title: 'Borg is killed half-way',
    expect: both({ codes: ['REPOSITORY_FAILED'], names: 'repository', says: /SIGKILL/ }),
    arrange: (cell) => cell.borgHalfWay(() => signalBorg(cell, 'SIGKILL')),
  },
  {
    id: 'borg-stopped',
    title: 'Borg is stopped half-way and continued',
    expect: both({ codes: ['ok'] }),
    arrange: (cell) => {
      // As many containers have it: a write that is interrupted is then a short one, and Borg does not repeat it.
      setVariable(cell, 'PYTHONUNBUFFERED', '1');
      return cell.borgHalfWay(() => {
        const stopped = signalBorg(cell, 'SIGSTOP');
        void wait(700).then(() => {
          for (const pid of stopped) process.kill(pid, 'SIGCONT');
        });
      });
    },
  },
  {
    id: 'borg-skips-by-pattern',
    title: 'a pattern makes Borg skip the dump',
    expect: failed,
    arrange: (cell) => void cell.wrapBorg(`verb=$1; shift; exec "$real" "$verb" --exclude '*${cell.victim}' "$@"`),
  },
  {
    id: 'borg-skips-by-option',
    title: 'Borg is not told to read special files, and skips the pipe',
    exclusions: [{ kind: 'restore', because: 'A restore has Borg read no pipe, and gives it no such option.' }],
    expect: failed,
    arrange: (cell) =>
      void cell.wrapBorg(
        'for word; do shift; [ "$word" = --read-special ] || set -- "$@" "$word"; done; exec "$real" "$@"',
      ),
  },
];

/** To the process that reads or writes the dumps of the repository that is hit. */
/** @returns the processes that got it; one of them may since have become another program */
function signalBorg(cell: Cell, signal: NodeJS.Signals): readonly number[] {
  const pids = readdirSync('/proc').filter((pid) => {
    const words = /^\d+$/.test(pid) ? commandLine(pid) : [];
    const isBorg = words.some((word) => word.endsWith('/borg'));
    return isBorg && cell.borgMarks().every((mark) => words.some((word) => word.includes(mark)));
  });
  if (pids.length === 0) throw new Error('there is no Borg at work');
  for (const pid of pids) process.kill(Number(pid), signal);
  return pids.map(Number);
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
  } catch {
    return [];
  }
}
