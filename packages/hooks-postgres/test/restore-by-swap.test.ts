import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, type RestoreOptions, restore } from '@dumpstream/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { psql, servers, uniqueName } from '../../../test/support/servers.ts';
import { bench, catalogue, leftovers, portrait } from './support/bench.ts';
import { dropDatabase, dropRich, makeRich } from './support/rich-database.ts';

const formats = ['custom', 'plain', 'tar', 'directory'];
const roles = { owner: uniqueName('owner'), reader: uniqueName('reader') };
const name = uniqueName('rich');
const small = uniqueName('small');
const databases: string[] = [];
/** With the rich database in every format, and a small one, under labels. */
let archive = '';

beforeAll(async () => {
  await makeRich(name, roles);
  await psql('postgres', `create database ${small} template template0`);
  // Makes the load of its dump take some seconds, without that the database itself took them.
  await psql(
    small,
    `create table t as select 1 as n; alter table t owner to ${roles.owner}; create table u as select 1 as n;
     create table naps as select 0 as seconds;
     create materialized view slow as select pg_sleep(seconds)::text from naps; update naps set seconds = 4`,
  );
  const quick = '--exclude-table-data=naps';
  archive = await (await bench()).archive(
    ...formats.map((format) => ({ name, format, label: format })),
    { name: small, label: 'quick', options: quick },
    { name: small, label: 'slow' },
    { name: small, label: 'ownerless', no_owner: true, options: quick },
    { name: small, label: 'ownerless plain', no_owner: true, format: 'plain', options: quick },
  );
});
afterEach(async () => {
  for (const database of databases.splice(0)) await dropDatabase(database);
});
afterAll(() => dropRich(roles, name, small));

/** A small database, dropped after the test. */
async function make(sql = 'create table t as select 2 as n', options = ''): Promise<string> {
  const database = uniqueName('small');
  databases.push(database);
  await psql('postgres', `create database ${database} template template0 ${options}`);
  await psql(database, sql);
  return database;
}

/** Restores what was archived under that label. */
async function restoreLabelled(label: string, options: Partial<RestoreOptions> = {}, entry: object = {}) {
  const { config } = await bench();
  const archived = formats.includes(label) ? name : small;
  return restore(config({ ...entry, name: archived, label }), { ...options, archive, databases: [{ label }] });
}

/** Restores the small one in place of a database. */
function restoreSmall(database: string, options: Partial<RestoreOptions> = {}, entry: object = {}, label = 'quick') {
  return restoreLabelled(label, { ...options, to: { name: database } }, entry);
}

const count = (query: string): Promise<string> => psql('postgres', `select count(*) from ${query}`);
const ours = (database: string) => `pg_stat_activity where datname = '${database}'`;

/** A session of somebody else, which stays until it is ended. */
async function connect(database: string): Promise<{ ended: Promise<unknown> }> {
  const before = Number(await count(ours(database)));
  let failure: unknown;
  const ended = psql(database, 'select pg_sleep(60)').catch((error: unknown) => {
    failure = error;
  });
  while (Number(await count(ours(database))) === before) {
    if (failure !== undefined) throw failure;
    await wait(20);
  }
  return { ended };
}

describe.each(formats)('a %s dump', (format) => {
  test('brings back all of a database, and keeps what it is besides its content', async () => {
    const [before, whole] = [await catalogue(name), await portrait(name)];
    await psql(
      name,
      'drop publication if exists news; drop schema if exists app cascade; create table public.extra ()',
    );

    const restored = await restoreLabelled(format);

    expect(restored.databases).toMatchObject([{ name, format, status: 'ok' }]);
    expect(restored.warnings).toEqual([]);
    expect(await portrait(name)).toBe(whole);
    expect(await catalogue(name)).toBe(before);
    expect(await leftovers(name)).toEqual([]);
  });

  test('makes a missing database as it was, from the archive alone', async () => {
    const [before, whole] = [await catalogue(name), await portrait(name)];
    await dropDatabase(name);

    const restored = await restoreLabelled(format);

    expect(restored.warnings).toEqual([]);
    expect(await portrait(name)).toBe(whole);
    expect(await catalogue(name)).toBe(before);
  });
});

test('the properties kept are those of the live database at the time of the restore', async () => {
  const database = await make();
  await psql(
    'postgres',
    `alter database ${database} set work_mem to '9MB'; alter database ${database} is_template true`,
  );
  const before = await catalogue(database);
  await restoreSmall(database);
  expect(await catalogue(database)).toBe(before);
  expect(await count(`pg_database where datname = '${database}' and datacl is null`)).toBe('1');
  await psql('postgres', `alter database ${database} is_template false`);
});

test('encoding and locale survive, of a live database and of a missing one', async () => {
  const { config } = await bench();
  const database = await make(
    `set client_encoding to 'UTF8'; create table t as select 'Größe' as n`,
    `encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'`,
  );
  const before = await catalogue(database);
  await backup(config({ name: database }));
  for (const lose of [() => psql(database, 'drop table t'), () => dropDatabase(database)]) {
    await lose();
    await restore(config({ name: database }), { archive: 'latest' });
    expect(await catalogue(database)).toBe(before);
    expect(await psql(database, `set client_encoding to 'UTF8'; table t`)).toBe('Größe');
  }
});

test('a role of the archive that the server lacks is named in a warning, not fatal', async () => {
  const { config } = await bench();
  const database = await make();
  const ghost = uniqueName('ghost');
  await psql(
    'postgres',
    `create role ${ghost}; alter database ${database} owner to ${ghost}; grant connect on database ${database} to ${ghost}`,
  );
  await backup(config({ name: database, options: '--no-owner' }));
  await dropDatabase(database);
  await psql('postgres', `drop role ${ghost}`);

  const { warnings } = await restore(config({ name: database }), { archive: 'latest' });

  expect(warnings).toEqual([expect.stringContaining(`role ${ghost}`)]);
  expect(await psql(database, 'table t')).toBe('2');
});

test.each([
  ['the archive says so', 'ownerless', {}],
  ['the plain dump was made so', 'ownerless plain', {}],
  ['the configuration says so', 'quick', { no_owner: true }],
])('what is restored belongs to the account that restores it, where %s', async (_, label, entry) => {
  const owners = `select pg_get_userbyid(datdba), pg_get_userbyid(relowner) from pg_database, pg_class
    where datname = current_database() and relname = 't'`;
  const { user } = servers.postgres;
  const database = await make('', `owner ${roles.owner}`);
  await restoreSmall(database, {}, entry, label);
  expect(await psql(database, owners)).toBe(`${roles.owner}|${user}`);
  await dropDatabase(database);
  const { warnings } = await restoreSmall(database, {}, entry, label);
  expect(warnings).toEqual([]);
  expect(await psql(database, owners)).toBe(`${user}|${user}`);
});

test('with analyze_options the planner knows the new content, before it is put in place or right after', async () => {
  const database = await make('create table t as select 2 as n; create table u as select 2 as n');
  const known = `select string_agg(distinct tablename, ' ') from pg_stats where schemaname = 'public'`;
  await restoreSmall(database);
  expect(await psql(database, known)).toBe('');
  for (const strategy of ['swap', 'in-place'] as const) {
    await restoreSmall(database, { strategy }, { analyze_options: '--echo-errors' });
    expect(await psql(database, known)).toBe('t u');
  }
});

test('options that restore a part only are refused where the rest would be lost', async () => {
  const database = await make('create table t as select 2 as n; create table u as select 2 as n');
  const entry = { restore_options: '--table=t' };
  await expect(restoreSmall(database, {}, entry)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await restoreSmall(database, { strategy: 'in-place' }, entry);
  expect(await psql(database, 'table t union all table u')).toBe('1\n2');
});

test('a load that fails leaves the live database as it was, with its sessions, and nothing beside it', async () => {
  const { config } = await bench();
  const role = uniqueName('gone');
  await psql('postgres', `create role ${role}`);
  const database = await make(`create table t as select 1 as n; alter table t owner to ${role}`);
  await backup(config({ name: database }));
  await psql(database, `reassign owned by ${role} to current_user; drop role ${role}; insert into t values (2)`);
  const [before, whole] = [await catalogue(database), await portrait(database)];
  await connect(database);

  await expect(restore(config({ name: database }), { archive: 'latest' })).rejects.toMatchObject({
    code: 'RESTORE_FAILED',
    message: expect.stringContaining(`role "${role}" does not exist`),
    hint: expect.stringContaining(role),
  });

  expect(await portrait(database)).toBe(whole);
  expect(await catalogue(database)).toBe(before);
  expect(await count(ours(database))).toBe('1');
  expect(await leftovers(database)).toEqual([]);
});

test('clients that are connected and keep coming back do not hinder a restore', async () => {
  const database = await make();
  let over = false;
  const clients = Array.from({ length: 6 }, async () => {
    while (!over) await psql(database, 'select pg_sleep(10)').catch(() => undefined);
  });
  const idle = await connect(database);

  const restored = await restoreSmall(database).finally(async () => {
    over = true;
    await psql('postgres', `select pg_terminate_backend(pid) from ${ours(database)}`);
    await Promise.all([...clients, idle.ended]);
  });

  expect(restored.warnings).toEqual([]);
  expect(await psql(database, 'table t')).toBe('1');
});

test('with endSessions: false a restore is refused while there are sessions, which are named', async () => {
  const database = await make();
  const session = await connect(database);

  await expect(restoreSmall(database, { endSessions: false })).rejects.toMatchObject({
    code: 'RESTORE_FAILED',
    message: expect.stringMatching(/sessions: psql \(postgres, process \d+\)/),
    hint: expect.stringContaining('endSessions'),
  });

  expect(await psql(database, 'table t')).toBe('2');
  await psql('postgres', `select pg_terminate_backend(pid) from ${ours(database)}`);
  await session.ended;
  await restoreSmall(database, { endSessions: false });
  expect(await psql(database, 'table t')).toBe('1');
});

test('with endSessions: false a session that comes during the load makes the swap fail, and stays', async () => {
  const database = await make();
  const restored = restoreSmall(database, { endSessions: false }, {}, 'slow');
  const outcome = restored.catch((error: unknown) => error);
  while ((await leftovers(database)).length === 0) await wait(20);
  await connect(database);

  expect(await outcome).toMatchObject({ code: 'RESTORE_FAILED', message: expect.stringContaining('sessions: psql') });
  expect(await psql(database, 'table t')).toBe('2');
  expect(await count(ours(database))).toBe('1');
  expect(await leftovers(database)).toEqual([]);
});

test('what the old database would take with it, such as a subscription, is named and refused beforehand', async () => {
  const database = await make();
  const subscription = uniqueName('subscription');
  await psql(
    database,
    `create subscription ${subscription} connection 'dbname=x' publication p with (connect = false)`,
  );
  try {
    await expect(restoreSmall(database)).rejects.toMatchObject({
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
  const database = await make();
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

  await restoreSmall(database);

  const names = [alive, foreign, half, bare, old].join("', '");
  const left = await psql('postgres', `select datname from pg_database where datname in ('${names}')`);
  expect(left.split('\n').sort()).toEqual([alive, foreign].sort());
  await psql('postgres', `select pg_terminate_backend(pid) from ${locks}`);
  expect(await holder).toBe('ended');
});

test('an abort during the load leaves the live database, and nothing else', async () => {
  const database = await make();
  const aborter = new AbortController();
  const restored = restoreSmall(database, { signal: aborter.signal }, {}, 'slow');
  const outcome = restored.catch((error: unknown) => error);
  const loading = `pg_stat_activity where application_name like 'dumpstream %' and query ~ 'REFRESH MATERIALIZED VIEW public.slow'`;
  while ((await count(loading)) === '0') await wait(20);

  aborter.abort('enough');

  expect(await outcome).toMatchObject({ code: 'ABORTED', cause: 'enough' });
  expect(await count(loading)).toBe('0');
  expect(await leftovers(database)).toEqual([]);
  expect(await psql(database, 'table t')).toBe('2');
});

describe('an account that is no superuser', () => {
  const role = uniqueName('plain_user');
  const account = { username: role, password: 'pw' };
  beforeAll(() => psql('postgres', `create role ${role} login createdb password 'pw'`));
  afterAll(() => psql('postgres', `drop role ${role}`));

  test('restores its own database when it may create databases', async () => {
    const { config } = await bench();
    const database = await make('', `owner ${role}`);
    await psql(database, `set role ${role}; create table t as select 1 as n; select lo_create(0)`);
    const before = await catalogue(database);
    await backup(config({ name: database, ...account }));
    await psql(database, 'drop table t');

    await restore(config({ name: database, ...account }), { archive: 'latest' });

    expect(await psql(database, 'table t')).toBe('1');
    expect(await catalogue(database)).toBe(before);
  });

  test('is told beforehand when it lacks the right to', async () => {
    const database = await make();
    await expect(restoreSmall(database, {}, account)).rejects.toMatchObject({
      code: 'PERMISSION_MISSING',
      message: expect.stringContaining('belongs to'),
    });
    await psql('postgres', `alter role ${role} nocreatedb`);
    await expect(restoreSmall(database, {}, account)).rejects.toMatchObject({
      code: 'PERMISSION_MISSING',
      message: expect.stringContaining('may not create databases'),
    });
    await psql('postgres', `alter role ${role} createdb`);
  });

  test('is told before the load that it may not carry over a setting', async () => {
    const database = await make('', `owner ${role}`);
    await psql('postgres', `alter role ${servers.postgres.user} in database ${database} set work_mem to '8MB'`);
    await expect(restoreSmall(database, {}, account)).rejects.toMatchObject({ code: 'PERMISSION_MISSING' });
    expect(await leftovers(database)).toEqual([]);
  });
});
