import { both, type Expectation, type Fault } from '../fault.ts';
import type { Cell } from '../support/cell.ts';

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
    expect: lost,
    arrange: (cell) => {
      // With the server down, nobody can remove what is there.
      cell.patience = { ...cell.patience, filesLater: true };
      cell.halfWay(() => cell.own?.kill());
      cell.afterwards.push(() => cell.own?.start());
    },
  },
  {
    id: 'server-restarts',
    title: 'the server restarts half-way',
    ownServer: true,
    expect: lost,
    arrange: (cell) => {
      cell.halfWay(async () => {
        await cell.own?.kill();
        await cell.own?.start();
      });
    },
  },
  {
    id: 'network-drops',
    title: 'the network drops half-way',
    expect: lost,
    arrange: async (cell) => {
      // No way leads to the server any more.
      cell.patience = { ...cell.patience, filesLater: true };
      mustStrike(cell, await cell.proxy({ what: 'cut' }));
    },
  },
  {
    id: 'network-hangs',
    title: 'the network hangs half-way',
    // pg_restore's last bytes can be on their way already, after which no stall is looked for.
    formats: ['plain', 'mariadb'],
    // DROP DATABASE of the second restore waits for the session of the first, which the server has not missed yet.
    notYet: ['restore-several'],
    expect: both({ codes: ['STALLED'], names: 'database' }),
    arrange: async (cell) => {
      cell.options.stallTimeoutMs = 1_500;
      cell.patience = { ...cell.patience, filesLater: true };
      setVariable(cell, 'PGCONNECT_TIMEOUT', '2');
      mustStrike(cell, await cell.proxy({ what: 'hang' }));
    },
  },
  {
    id: 'wrong-password',
    title: 'the password is wrong',
    expect: both({ codes: ['CONNECTION_FAILED'] }),
    arrange: (cell) => {
      cell.account = { ...cell.account, password: cell.bench.weak.password };
    },
  },
  {
    id: 'weak-account',
    title: 'the account has no privileges on some tables',
    expect: both({ codes: ['PERMISSION_MISSING'] }),
    arrange: async (cell) => {
      const { family, server, bench } = cell;
      await family.makeWeakAccount(server, bench.weak, bench.databases);
      cell.account = bench.weak;
      cell.atLast.push(async () => {
        for (const database of bench.databases) await family.drop(server, database);
        await family.dropAccount(server, bench.weak);
      });
    },
  },
];

function mustStrike(cell: Cell, proxy: { struck(): number }): void {
  cell.afterwards.push(() => {
    if (proxy.struck() !== 1) throw new Error('the network was never troubled');
  });
}

export function setVariable(cell: Cell, name: string, value: string): void {
  const before = process.env[name];
  process.env[name] = value;
  cell.afterwards.push(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}
