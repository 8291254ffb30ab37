import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Sshd, startSshd, user } from '../../ssh/support/sshd.ts';
import { both, type Fault } from '../fault.ts';
import type { Cell } from '../support/cell.ts';
import { nothingToStore, setQuota } from './repositories.ts';

const failed = both({ codes: ['REPOSITORY_FAILED'], names: 'repository' });

/** A repository on another machine. */
export const sshFaults: readonly Fault[] = [
  {
    id: 'ssh-drops',
    title: 'the ssh connection drops half-way',
    expect: failed,
    arrange: async (cell) => {
      const sshd = await openSshd(cell);
      const way = cell.kind === 'backup' ? 'to the server' : 'from the server';
      const { port } = await cell.detour({ host: '127.0.0.1', port: sshd.port }, 'cut', way);
      moveBehind(cell, sshd, port);
    },
  },
  {
    id: 'ssh-full',
    title: 'the repository is full, over ssh',
    exclusions: [{ kind: 'restore', because: nothingToStore }],
    expect: failed,
    arrange: async (cell) => {
      const sshd = await openSshd(cell);
      setQuota(cell, moveBehind(cell, sshd, sshd.port));
    },
  },
];

async function openSshd(cell: Cell): Promise<Sshd> {
  const sshd = await startSshd();
  cell.atLast.push(() => sshd.stop());
  return sshd;
}

/**
 * Moves the repository that is hit to the home of a server's account.
 * @param port by which the server is reached
 * @returns where it is there
 */
function moveBehind(cell: Cell, { home, sshCommand, port: known }: Sshd, port: number): string {
  const path = join(home, 'repository');
  execFileSync('cp', ['-r', cell.repository, path]);
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', '65534:65534', path]);
  cell.repositories.splice(-1, 1, `ssh://${user}@127.0.0.1:${port}${path}`);
  cell.lasting.ssh_command = `${sshCommand} -o HostKeyAlias=[127.0.0.1]:${known}`;
  cell.lasting.relocated_repo_access_is_ok = true;
  // The far side takes a moment to see that a connection has gone, and gives back its lock then.
  cell.lasting.lock_wait = 20;
  return path;
}
