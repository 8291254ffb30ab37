import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, restore } from '@dumpstream/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bench } from './support/bench.ts';
import { type OwnServer, startOwnServer } from './support/own-server.ts';

let server: OwnServer;
beforeAll(async () => {
  server = await startOwnServer({ settings: { synchronous_commit: 'on' } });
}, 60_000);
afterAll(() => server?.stop());

async function untilOne(query: string): Promise<string> {
  for (;;) {
    const answer = await server.psql('postgres', query);
    if (answer !== '') return answer;
    await wait(20);
  }
}

/** The process whose arguments have that text, which is this test's own: a restore's id is in it. */
async function pidOf(text: string): Promise<number> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const args = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (/^([^\0]*\/)?psql\0/.test(args) && args.includes(text)) return Number(pid);
  }
  throw new Error(`no psql for ${text}`);
}

test('when psql dies while the swap commits, the restore waits for the commit, and has succeeded', async () => {
  const { config } = await bench();
  const entry = { ...server.entry, name: 'users' };
  await server.psql('postgres', 'create database users');
  await server.psql(
    'users',
    `create table t as select 1 as n; create table naps as select 0 as seconds;
     create materialized view slow as select pg_sleep(seconds)::text from naps; update naps set seconds = 3`,
  );
  await backup(config(entry));
  await server.psql('users', 'update t set n = 2');
  const outcome = restore(config(entry), { archive: 'latest' }).catch((error: unknown) => error);
  await untilOne(`select pid from pg_stat_activity where query ~ '^REFRESH MATERIALIZED VIEW public.slow'`);
  // The session that swaps is there already: its commit, and no other, then waits for a standby that never comes.
  await server.psql('postgres', 'alter database postgres set synchronous_commit = local');
  await server.psql('postgres', `alter system set synchronous_standby_names = 'nobody'`);
  await server.psql('postgres', 'select pg_reload_conf()');
  const application = await untilOne(
    `select application_name from pg_stat_activity where wait_event = 'SyncRep' and application_name like 'dumpstream %'`,
  );

  process.kill(await pidOf(application), 'SIGKILL');

  expect(await outcome).toMatchObject({ databases: [{ name: 'users', status: 'ok' }] });
  expect(await server.psql('postgres', `select count(*) from pg_database where datname like 'dumpstream%'`)).toBe('0');
  await server.psql('postgres', 'alter system reset synchronous_standby_names');
  await server.psql('postgres', 'select pg_reload_conf()');
  await untilOne(`select 1 where current_setting('synchronous_standby_names') = ''`);
  expect(await server.psql('users', 'table t')).toBe('1');
}, 120_000);
