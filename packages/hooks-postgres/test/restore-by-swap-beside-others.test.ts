import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { psql, uniqueName } from '../../../test/support/servers.ts';
import { leftovers } from './support/bench.ts';
import { dropDatabase } from './support/rich-database.ts';
import { archiveSmall, connect, count, type Small, sessionsIn } from './support/small-database.ts';

const owner = uniqueName('owner');
const databases: string[] = [];
let small: Small;

beforeAll(async () => {
  await psql('postgres', `create role ${owner}`);
  small = await archiveSmall(owner);
});
afterEach(async () => {
  await small.clear();
  for (const database of databases.splice(0)) await dropDatabase(database);
});
afterAll(async () => {
  await small.drop();
  await psql('postgres', `drop role ${owner}`);
});

test('clients that are connected and keep coming back do not hinder a restore', async () => {
  const database = await small.make();
  let over = false;
  const clients = Array.from({ length: 6 }, async () => {
    while (!over) await psql(database, 'select pg_sleep(10)').catch(() => undefined);
  });
  const idle = await connect(database);

  const restored = await small.restore(database).finally(async () => {
    over = true;
    await psql('postgres', `select pg_terminate_backend(pid) from ${sessionsIn(database)}`);
    await Promise.all([...clients, idle.ended]);
  });

  expect(restored.warnings).toEqual([]);
  expect(await psql(database, 'table t')).toBe('1');
});

test('with endSessions: false a restore is refused while there are sessions, which are named', async () => {
  const database = await small.make();
  const session = await connect(database);

  await expect(small.restore(database, { endSessions: false })).rejects.toMatchObject({
    code: 'RESTORE_FAILED',
    message: expect.stringMatching(/sessions: psql \(postgres, process \d+\)/),
    hint: expect.stringContaining('endSessions'),
  });

  expect(await psql(database, 'table t')).toBe('2');
  await psql('postgres', `select pg_terminate_backend(pid) from ${sessionsIn(database)}`);
  await session.ended;
  await small.restore(database, { endSessions: false });
  expect(await psql(database, 'table t')).toBe('1');
});

test('with endSessions: false a session that comes during the load makes the swap fail, and stays', async () => {
  const database = await small.make();
  const restored = small.restore(database, { endSessions: false }, {}, 'slow');
  const outcome = restored.catch((error: unknown) => error);
  while ((await leftovers(database)).length === 0) await wait(20);
  await connect(database);

  expect(await outcome).toMatchObject({ code: 'RESTORE_FAILED', message: expect.stringContaining('sessions: psql') });
  expect(await psql(database, 'table t')).toBe('2');
  expect(await count(sessionsIn(database))).toBe('1');
  expect(await leftovers(database)).toEqual([]);
});

test('what the old database would take with it, such as a subscription, is named and refused beforehand', async () => {
  const database = await small.make();
  const subscription = uniqueName('subscription');
  await psql(
    database,
    `create subscription ${subscription} connection 'dbname=x' publication p with (connect = false)`,
  );
  try {
    await expect(small.restore(database)).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringContaining(`subscriptions: ${subscription}`),
    });
    expect(await leftovers(database)).toEqual([]);
  } finally {
    await psql(
      database,
      `alter subscription ${subscription} set (slot_name = none); drop subscription ${subscription}`,
    );
  }
});

test('a restore removes what killed ones have left, and only that', async () => {
  const database = await small.make();
  const scratch = (end: string) => {
    const name = `dumpstream_${randomBytes(8).toString('hex')}_${end}`;
    databases.push(name);
    return name;
  };
  const [alive, foreign, half, bare, old] = [
    scratch('new'),
    scratch('new'),
    scratch('new'),
    scratch('new'),
    scratch('old'),
  ];
  const mark = (name: string) => psql('postgres', `comment on database ${name} is 'dumpstream: left'`);
  // The lock that a living restore holds.
  const key = `x'${alive.slice(11, 27)}'::bigint`;
  const holder = psql('postgres', `select pg_advisory_lock(${key}); select pg_sleep(60)`).catch(() => 'ended');
  const locks = `pg_locks where locktype = 'advisory' and (classid::bigint << 32 | objid::bigint) = ${key}`;
  while ((await count(locks)) !== '1') await wait(20);
  for (const name of [alive, foreign, half, old]) await psql('postgres', `create database ${name}`);
  await connect(half);
  // From here on, restores of other tests may remove them, too.
  for (const name of [alive, half, old]) await mark(name);
  await psql('postgres', `create database ${bare} allow_connections false`);

  await small.restore(database);

  const names = [alive, foreign, half, bare, old].join("', '");
  const left = await psql('postgres', `select datname from pg_database where datname in ('${names}')`);
  expect(left.split('\n').sort()).toEqual([alive, foreign].sort());
  await psql('postgres', `select pg_terminate_backend(pid) from ${locks}`);
  expect(await holder).toBe('ended');
});

test('an abort during the load leaves the live database, and nothing else', async () => {
  const database = await small.make();
  const aborter = new AbortController();
  const restored = small.restore(database, { signal: aborter.signal }, {}, 'slow');
  const outcome = restored.catch((error: unknown) => error);
  const own = `select datname from pg_database where shobj_description(oid, 'pg_database') like '%${database}%'`;
  const loading = `pg_stat_activity where datname in (${own}) and query ~ 'REFRESH MATERIALIZED VIEW public.slow'`;
  while ((await count(loading)) === '0') await wait(20);

  aborter.abort('enough');

  expect(await outcome).toMatchObject({ code: 'ABORTED', cause: 'enough' });
  expect(await count(loading)).toBe('0');
  expect(await leftovers(database)).toEqual([]);
  expect(await psql(database, 'table t')).toBe('2');
});
