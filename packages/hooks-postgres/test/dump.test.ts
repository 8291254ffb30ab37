import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { psql, uniqueName } from '../../../test/support/servers.ts';
import { bench } from './support/bench.ts';
import { dropDatabase } from './support/rich-database.ts';

async function withDatabase(sql: string, use: (database: string) => Promise<void>): Promise<void> {
  const database = uniqueName('dumped');
  await psql('postgres', `create database ${database}`);
  try {
    await psql(database, sql);
    await use(database);
  } finally {
    await dropDatabase(database);
  }
}

test('options reach pg_dump split into words', async () => {
  await withDatabase(`create table "my table" as select 1 as n; create table t as select 1 as n`, async (database) => {
    const { config } = await bench();
    await backup(config({ name: database, options: `--exclude-table-data='"my table"'` }));
    await restore(config({ name: database }), { archive: 'latest' });
    expect(await psql(database, 'select count(*) from "my table" union all select count(*) from t')).toBe('0\n1');
  });
});

test('a dump that pg_dump compresses is smaller, and restored all the same', async () => {
  const sql = `create table t as select repeat('x', 1000) as x from generate_series(1, 1000)`;
  await withDatabase(sql, async (database) => {
    const { config } = await bench();
    const [plainly] = (await backup(config({ name: database }))).databases;
    const [compressed] = (await backup(config({ name: database, compression: 'gzip:9' }))).databases;
    expect(plainly?.bytes).toBeGreaterThan(1_000_000);
    expect(compressed?.bytes).toBeLessThan(100_000);
    await psql(database, 'drop table t');
    await restore(config({ name: database }), { archive: 'latest' });
    expect(await psql(database, 'select count(*) from t')).toBe('1000');
  });
});

test('the size that a dump will have is known roughly before it comes', async () => {
  await withDatabase(`create table t as select md5(i::text) from generate_series(1, 100000) i`, async (database) => {
    const { config } = await bench();
    const expected: (number | undefined)[] = [];
    const report = await backup(config({ name: database }), {
      onEvent: (event) => {
        if (event.type === 'database-start') expected.push(event.expectedBytes);
      },
    });
    const bytes = report.databases[0]?.bytes ?? 0;
    expect(expected[0]).toBeGreaterThan(bytes / 4);
    expect(expected[0]).toBeLessThan(bytes * 4);
  });
});

/** Process ids of the pg_dump of that database. */
function pgDumps(database: string): number[] {
  const isIt = (pid: string) => {
    try {
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return commandLine.includes('pg_dump') && commandLine.includes(database);
    } catch {
      return false; // it has ended meanwhile
    }
  };
  return readdirSync('/proc').filter(isIt).map(Number);
}

interface End {
  end(database: string, aborter: AbortController): unknown;
  readonly code: string;
  readonly format?: string;
}

const ends = {
  'is aborted': { end: (_: string, aborter: AbortController) => aborter.abort(), code: 'ABORTED' },
  'into a directory is aborted': {
    end: (_: string, aborter: AbortController) => aborter.abort(),
    code: 'ABORTED',
    format: 'directory',
  },
  'is killed': {
    end: (database: string) => pgDumps(database).map((pid) => process.kill(pid, 'SIGKILL')),
    code: 'DUMP_FAILED',
  },
};

for (const [title, { end, code, format = 'custom' }] of Object.entries<End>(ends)) {
  test(`a dump that ${title} leaves no session, not even one that waits for a lock`, async () => {
    await withDatabase('create table t as select 1 as n', async (database) => {
      const { config } = await bench();
      const holder = psql(database, 'begin; lock table t; select pg_sleep(60)').catch(() => 'ended');
      const sessions = `pg_stat_activity where datname = '${database}' and application_name like 'dumpstream %'`;
      const aborter = new AbortController();
      const outcome = backup(config({ name: database, format }), { signal: aborter.signal }).catch(
        (error: unknown) => error,
      );
      while ((await psql('postgres', `select count(*) from ${sessions} and wait_event_type = 'Lock'`)) === '0')
        await wait(20);

      end(database, aborter);

      expect(await outcome).toMatchObject({ code });
      expect(await psql('postgres', `select count(*) from ${sessions}`)).toBe('0');
      await psql('postgres', `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`);
      await holder;
    });
  });
}
