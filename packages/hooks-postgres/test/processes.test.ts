import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, type HookContext, restore } from '@dumpstream/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { tempDir } from '../../../test/support/servers.ts';
import { probe } from '../src/probe.ts';
import { bench } from './support/bench.ts';
import { type OwnServer, startOwnServer } from './support/own-server.ts';

const path = process.env.PATH as string;
const names = ['a', 'b', 'c', 'd', '__proto__'];
let server: OwnServer;

beforeAll(async () => {
  server = await startOwnServer();
  await server.psql(
    'postgres',
    `create role weak login password 'pw' createdb; grant pg_read_all_data to weak;
     grant select on pg_hba_file_rules to weak; grant execute on function pg_hba_file_rules to weak`,
  );
  for (const name of names) {
    await server.psql('postgres', `create database ${name} owner weak`);
    await server.psql(name, 'create table t as select 1 as n; alter table t owner to weak');
  }
}, 60_000);
afterAll(() => server?.stop());

/** How often each of PostgreSQL's clients is started while the work is done. */
async function startsOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const programs = await tempDir();
  const notes = join(programs, 'notes');
  await writeFile(notes, '');
  for (const name of ['psql', 'pg_dump', 'pg_dumpall', 'pg_restore']) {
    const real = execFileSync('which', [name], { encoding: 'utf8' }).trim();
    const text = `#!/bin/sh\necho ${name} >> '${notes}'\nexec '${real}' "$@"\n`;
    await writeFile(join(programs, name), text, { mode: 0o755 });
  }
  process.env.PATH = `${programs}:${path}`;
  try {
    await work();
  } finally {
    process.env.PATH = path;
  }
  const starts: Record<string, number> = {};
  for (const name of (await readFile(notes, 'utf8')).trim().split('\n')) starts[name] = (starts[name] ?? 0) + 1;
  return starts;
}

const weak = { username: 'weak', password: 'pw' };

test('one look at the server does for all its databases: a dump then is one client', async () => {
  const { config } = await bench();
  const entries = (more = {}) => names.map((name) => ({ ...server.entry, name, ...more }));
  const skip_names = ['postgres'];
  expect(await startsOf(() => backup(config(...entries())))).toEqual({ psql: 1, pg_dump: 5 });
  expect(await startsOf(() => backup(config({ ...server.entry, name: 'all', skip_names })))).toEqual({
    psql: 1,
    pg_dumpall: 1,
    pg_dump: 5,
  });
  // What other accounts may read of a database is seen from inside only.
  expect(await startsOf(() => backup(config(...entries(weak))))).toEqual({ psql: 6, pg_dump: 5 });
  // So is one that nobody may connect to, which the server says in its own words.
  await server.psql('postgres', 'alter database a allow_connections false');
  const closed = startsOf(() => backup(config(...entries()), { dryRun: true }));
  await expect(closed).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
    database: { name: 'a' },
    message: expect.stringMatching(/for postgresql_databases a .*not currently accepting connections/s),
  });
  await server.psql('postgres', 'alter database a allow_connections true');
});

test('a server with rules for single databases is asked in each of them', async () => {
  const { config } = await bench();
  const file = await server.psql('postgres', 'show hba_file');
  const rules = await readFile(file, 'utf8');
  await writeFile(file, `host a all 127.0.0.1/32 reject\n${rules}`);
  await server.psql('postgres', 'select pg_reload_conf()');
  try {
    const [a, b] = ['a', 'b'].map((name) => ({ ...server.entry, name }));
    await expect(backup(config({ ...b }, { ...a }), { dryRun: true })).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      database: { name: 'a' },
    });
    expect(await startsOf(() => backup(config({ ...b }), { dryRun: true }))).toEqual({ psql: 2 });
  } finally {
    await writeFile(file, rules);
    await server.psql('postgres', 'select pg_reload_conf()');
  }
});

test.each([
  ['a superuser', {}],
  ['another account', weak],
])('a restore by %s keeps one session for each database, besides the look at the server', async (_, account) => {
  const { config, archive } = await bench();
  const entries = names.map((name) => ({ ...server.entry, name, ...account }));
  const archived = await archive(...entries);
  for (const name of names) await server.psql(name, 'update t set n = 2');
  expect(await startsOf(() => restore(config(...entries), { archive: archived }))).toEqual({ psql: 6, pg_restore: 5 });
  for (const name of names) expect(await server.psql(name, 'table t')).toBe('1');

  const inPlace = () => restore(config(...entries), { archive: archived, strategy: 'in-place' });
  expect(await startsOf(inPlace)).toEqual({ psql: 6, pg_restore: 5 });
  const sessions = `select count(*) from pg_stat_activity where application_name like 'dumpstream%'`;
  expect(await server.psql('postgres', sessions)).toBe('0');
});

test('the look at the server sees of a database what one from inside does', async () => {
  await server.psql(
    'postgres',
    `comment on database c is 'ours'; alter database c set work_mem to '9MB'; alter role weak in database c set timezone to 'UTC';
     grant connect on database c to weak with grant option; alter database c connection limit 7`,
  );
  await server.psql('c', 'create table large as select md5(i::text) from generate_series(1, 50000) i');
  const run: HookContext['run'] = async ({ file, args, input, env }) =>
    execFileSync(file, args, { input, env: { ...process.env, ...env } as NodeJS.ProcessEnv, encoding: 'utf8' });
  const context = { run, signal: new AbortController().signal };
  const job = { item: { name: 'c', kind: 'database' as const }, entry: { ...server.entry, name: 'c' } };
  const see = (once: HookContext['once']) => probe(job, { ...context, once } as HookContext);

  const beside = await see((_, make) => make(context));
  const inside = await see((_, make) =>
    make({ ...context, run: () => Promise.reject(new Error('no look from beside')) }),
  );

  expect([beside.database, inside.database]).toEqual(['postgres', 'c']);
  expect(inside.bytes).toBeGreaterThan(3_000_000);
  expect(beside).toMatchObject({ ...inside, database: 'postgres' });
});

test('postgres itself is restored beside others, whose sessions are not in it', async () => {
  const { config, archive } = await bench();
  await server.psql('postgres', 'create table t as select 1 as n');
  // Takes long enough for the other to be replaced meanwhile.
  await server.psql(
    'b',
    `create table naps as select 0 as seconds;
     create materialized view slow as select pg_sleep(seconds)::text from naps; update naps set seconds = 2`,
  );
  const entries = ['b', 'postgres'].map((name) => ({ ...server.entry, name }));
  const archived = await archive(...entries);
  for (const name of ['b', 'postgres']) await server.psql(name, 'update t set n = 2');
  const { warnings } = await restore(config(...entries), { archive: archived });
  expect(warnings).toEqual([]);
  for (const name of ['b', 'postgres']) expect(await server.psql(name, 'table t')).toBe('1');
});
