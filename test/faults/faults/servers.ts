import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { both, type Expectation, type Fault } from '../fault.ts';
import type { Cell } from '../support/cell.ts';
import { afterTheLastByte, stallTimeoutMs } from './clients.ts';

const lost: Readonly<Record<'backup' | 'restore', Expectation>> = {
  backup: { codes: ['CONNECTION_FAILED', 'DUMP_FAILED'], names: 'database' },
  restore: { codes: ['CONNECTION_FAILED', 'RESTORE_FAILED'], names: 'database' },
};

/** Servers, the way to them, and what an account may do there. */
export const serverFaults: readonly Fault[] = [
  {
    id: 'server-killed',
    title: 'the server is killed half-way',
    ownServer: true,
    varies: true,
    expect: lost,
    arrange: (cell) => {
      // With the server down, nobody can remove what is there.
      cell.patience = { ...cell.patience, filesLater: true };
      cell.afterwards.push(() => cell.own?.start());
      return cell.halfWay(() => cell.own?.kill(), 'lost');
    },
  },
  {
    id: 'server-restarts',
    title: 'the server restarts half-way',
    ownServer: true,
    varies: true,
    expect: lost,
    arrange: (cell) => {
      // Its client sees the server go, and has ended before it is back: the others wait.
      if (cell.format === 'directory') cell.patience = { ...cell.patience, filesLater: true };
      return cell.halfWay(async () => {
        await cell.own?.kill();
        await cell.own?.start();
      }, 'lost');
    },
  },
  {
    id: 'network-drops',
    title: 'the network drops half-way',
    varies: true,
    expect: lost,
    arrange: (cell) => {
      // No way leads to the server any more.
      cell.patience = { ...cell.patience, filesLater: true };
      return cell.proxy('cut');
    },
  },
  {
    id: 'network-hangs',
    title: 'the network hangs half-way',
    // On PostgreSQL a client that hangs keeps every DROP DATABASE of its server waiting, those of other tests too.
    ownServer: true,
    exclusions: [afterTheLastByte],
    expect: both({ codes: ['STALLED'], names: 'database' }),
    arrange: (cell) => {
      cell.options.stallTimeoutMs = stallTimeoutMs;
      cell.patience = { ...cell.patience, filesLater: true };
      // Who wants to clean up finds the way blocked, and gives up after this.
      setVariable(cell, 'PGCONNECT_TIMEOUT', '4');
      setVariable(cell, 'HOME', cell.directory);
      writeFileSync(join(cell.directory, '.my.cnf'), '[mysql]\nconnect-timeout=4\n');
      return cell.proxy('hang');
    },
  },
  {
    id: 'wrong-password',
    title: 'the password is wrong',
    expect: both({
      codes: ['CONNECTION_FAILED'],
      names: 'any database',
      says: /password authentication failed|Access denied for user/,
    }),
    arrange: (cell) => {
      cell.account = { ...cell.account, password: cell.bench.weak.password };
    },
  },
  {
    id: 'weak-account',
    title: 'the account has no privileges on some tables',
    expect: both({ codes: ['PERMISSION_MISSING'], names: 'any database' }),
    arrange: async (cell) => {
      const { family, server, bench } = cell;
      await family.makeWeakAccount(server, bench.weak, bench.databases);
      cell.account = bench.weak;
      cell.atLast.push(() => family.dropAccount(server, bench.weak, bench.databases));
    },
  },
];

export function setVariable(cell: Cell, name: string, value: string): void {
  const before = process.env[name];
  process.env[name] = value;
  cell.afterwards.push(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}
