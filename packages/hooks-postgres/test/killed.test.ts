import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, restore } from '@dumpstream/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bench } from './support/bench.ts';
import { type OwnServer, startOwnServer } from './support/own-server.ts';

let server: OwnServer;
beforeAll(async () => {
  server = await startOwnServer();
});
afterAll(() => server?.stop());

const rounds = 10;

test('a host that is killed at any moment of a restore leaves the database as it was or wholly restored, and in service', async () => {
  const { config, plain } = await bench();
  const entry = { ...server.entry, name: 'users' };
  const { psql } = server;
  await psql('postgres', 'create database users connection limit 7');
  await psql(
    'users',
    `create table first as select 0 as state; create table last as select 0 as state;
     create materialized view slow as select pg_sleep(0.4)::text, state from first`,
  );
  await backup(config(entry));
  const start = performance.now();
  expect(await restoreInHost(plain(entry)).exited).toEqual([0, null]);
  const whole = performance.now() - start;
  const states = { old: 0, restored: 0 };

  for (let round = 1; round <= rounds; round += 1) {
    await psql('users', `update first set state = ${round}; update last set state = ${round}`);
    const host = restoreInHost(plain(entry));
    await host.begun;
    await wait((whole * (round - 1 + Math.random())) / rounds);
    host.kill();
    await host.exited;
    // The server notices that its clients have gone.
    const sessions = `select count(*) from pg_stat_activity where application_name like 'dumpstream %'`;
    while ((await psql('template1', sessions)) !== '0') await wait(50);

    const state = await psql('users', 'table first union all table last');
    expect([`${round}\n${round}`, '0\n0']).toContain(state);
    states[state === '0\n0' ? 'restored' : 'old'] += 1;
    expect(await psql('postgres', `select datconnlimit from pg_database where datname = 'users'`)).toBe('7');
  }
  expect(states.old).toBeGreaterThan(0);

  await restore(config(entry), { archive: 'latest' });
  expect(await psql('users', 'table first union all table last')).toBe('0\n0');
  const databases = `select string_agg(datname, ' ' order by datname) from pg_database`;
  expect(await psql('postgres', databases)).toBe('postgres template0 template1 users');
}, 180_000);

function restoreInHost(config: object) {
  const host = spawn(
    process.execPath,
    [join(import.meta.dirname, 'support/restore-host.mjs'), JSON.stringify(config)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  return {
    begun: once(host.stdout, 'data'),
    exited: once(host, 'exit'),
    kill: () => void host.kill('SIGKILL'),
  };
}
