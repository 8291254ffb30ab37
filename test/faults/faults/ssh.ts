import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Sshd, startSshd, user } from '../../ssh/support/sshd.ts';
import { both, type Fault } from '../fault.ts';
import type { Cell } from '../support/cell.ts';
import { setQuota } from './repositories.ts';

const failed = both({ codes: ['REPOSITORY_FAILED'], names: 'repository' });

/** A repository on another machine. */
export const sshFaults: readonly Fault[] = [
  {
    id: 'ssh-drops',
    title: 'the ssh connection drops half-way',
    // Of a directory all is dumped before there is a connection, or the other way round.
    formats: ['custom', 'plain', 'mariadb'],
    expect: failed,
    arrange: async (cell) => {
      const { sshd } = await overSsh(cell);
      cell.borgHalfWay(() => {
        const sessions = sshd.sessions();
        if (sessions.length === 0) throw new Error('there is no ssh connection');
        for (const pid of sessions) process.kill(pid, 'SIGKILL');
      });
    },
  },
  {
    id: 'ssh-full',
    title: 'the repository is full, over ssh',
    kinds: ['backup'],
    expect: failed,
    arrange: async (cell) => setQuota(cell, (await overSsh(cell)).path),
  },
];

/** Moves the repository that is hit behind a server of its own. */
async function overSsh(cell: Cell): Promise<{ sshd: Sshd; path: string }> {
  const sshd = await startSshd();
  cell.atLast.push(() => sshd.stop());
  const path = join(sshd.home, 'repository');
  execFileSync('cp', ['-r', cell.repository, path]);
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', '65534:65534', path]);
  cell.repositories.splice(-1, 1, `ssh://${user}@127.0.0.1:${sshd.port}${path}`);
  cell.lasting.ssh_command = sshd.sshCommand;
  cell.lasting.relocated_repo_access_is_ok = true;
  return { sshd, path };
}
