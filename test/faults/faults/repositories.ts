import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { both, type Fault } from '../fault.ts';
import type { Cell } from '../support/cell.ts';

/** Borg looks at the quota when it stores something. */
export const nothingToStore = 'A restore stores nothing in the repository, and so meets no quota.';

const failed = both({ codes: ['REPOSITORY_FAILED'], names: 'repository' });

/** Where a repository is and in what state. */
export const repositoryFaults: readonly Fault[] = [
  {
    id: 'repository-locked',
    title: 'the repository is locked',
    expect: both({ codes: ['REPOSITORY_LOCKED'], names: 'repository' }),
    arrange: (cell) => {
      // Of another machine: nobody here can know whether its owner lives.
      const lock = join(cell.repository, 'lock.exclusive');
      mkdirSync(lock);
      writeFileSync(join(lock, 'elsewhere@1234.5678-0'), '');
      cell.afterwards.push(() => rmSync(lock, { recursive: true }));
    },
  },
  {
    id: 'repository-missing',
    title: 'the repository is missing',
    expect: both({ codes: ['REPOSITORY_MISSING'], names: 'repository' }),
    arrange: (cell) => {
      renameSync(cell.repository, `${cell.repository}.away`);
      cell.afterwards.push(() => renameSync(`${cell.repository}.away`, cell.repository));
    },
  },
  {
    id: 'repository-damaged',
    title: 'the repository is damaged (bytes flipped in a segment)',
    expect: failed,
    arrange: (cell) => {
      cpSync(cell.repository, `${cell.repository}.good`, { recursive: true });
      cell.afterwards.push(() => {
        rmSync(cell.repository, { recursive: true });
        renameSync(`${cell.repository}.good`, cell.repository);
      });
      const segments = segmentsOf(cell.repository);
      // A backup reads nothing of older archives but the list of them.
      for (const segment of cell.kind === 'backup' ? segments : segments.slice(0, 1)) flip(segment);
    },
  },
  {
    id: 'repository-quota',
    title: 'the repository is full (storage quota)',
    exclusions: [{ kind: 'restore', because: nothingToStore }],
    expect: failed,
    arrange: (cell) => setQuota(cell, cell.repository),
  },
  {
    id: 'repository-disk-full',
    title: "the repository's disk is full (a tmpfs)",
    root: true,
    expect: {
      backup: { codes: ['REPOSITORY_FAILED'], names: 'repository', says: /No space left on device/ },
      restore: { codes: ['REPOSITORY_FAILED'], names: 'repository', says: /No space left on device/ },
    },
    arrange: (cell) => {
      renameSync(cell.repository, `${cell.repository}.copy`);
      mkdirSync(cell.repository);
      const size = cell.kind === 'backup' ? '1m' : '64m';
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', cell.repository]);
      cell.atLast.push(() => execFileSync('umount', [cell.repository]));
      cpSync(`${cell.repository}.copy`, cell.repository, { recursive: true });
      if (cell.kind === 'restore') {
        // Even who reads writes down that there is a lock.
        const { blocks, bfree } = statfsSync(cell.repository);
        execFileSync('mount', ['-o', `remount,nr_blocks=${blocks - bfree}`, cell.repository]);
      }
      cell.afterwards.push(() => execFileSync('mount', ['-o', 'remount,size=64m', cell.repository]));
    },
  },
];

/** Files of data, the largest first; those with a mere commit left out. */
function segmentsOf(repository: string): string[] {
  const folder = join(repository, 'data/0');
  return readdirSync(folder)
    .map((name) => ({ path: join(folder, name), size: readFileSync(join(folder, name)).length }))
    .filter(({ size }) => size > 100)
    .sort((a, b) => b.size - a.size)
    .map(({ path }) => path);
}

function flip(segment: string): void {
  const bytes = readFileSync(segment);
  bytes.fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 48);
  writeFileSync(segment, bytes);
}

/** Room for some of what is to come. */
export function setQuota(cell: Cell, repository: string): void {
  const file = join(repository, 'config');
  const text = readFileSync(file, 'utf8');
  const used = segmentsOf(repository).reduce((sum, path) => sum + readFileSync(path).length, 0);
  writeFileSync(file, text.replace(/^storage_quota = .*$/m, `storage_quota = ${used + 500_000}`));
  cell.afterwards.push(() => writeFileSync(file, text));
}
