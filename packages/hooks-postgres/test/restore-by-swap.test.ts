import { type BackupError, backup, type Event, restore } from '@dumpstream/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { psql, servers, uniqueName } from '../../../test/support/servers.ts';
import { bench, catalogue, leftovers, portrait } from './support/bench.ts';
import { dropDatabase, dropRich, makeRich } from './support/rich-database.ts';
import { archiveSmall, connect, count, type Small, sessionsIn } from './support/small-database.ts';

const formats = ['custom', 'plain', 'tar', 'directory'];
const roles = { owner: uniqueName('owner'), reader: uniqueName('reader') };
const name = uniqueName('rich');
let small: Small;
/** With the rich database in every format, under labels. */
let archive = '';

beforeAll(async () => {
  await makeRich(name, roles);
  archive = await (await bench()).archive(...formats.map((format) => ({ name, format, label: format })));
  small = await archiveSmall(roles.owner);
});
afterEach(() => small.clear());
afterAll(async () => {
  await small.drop();
  await dropRich(roles, name);
});

describe.each(formats)('a %s dump', (format) => {
  test('brings back all of a database, and keeps what it is besides its content', async () => {
    const { config } = await bench();
    const [before, whole] = [await catalogue(name), await portrait(name)];
    await psql(
      name,
      'drop publication if exists news; drop schema if exists app cascade; create table public.extra ()',
    );

    const restored = await restore(config({ name, label: format }), { archive, databases: [{ label: format }] });

    expect(restored.databases).toMatchObject([{ name, format, status: 'ok' }]);
    expect(restored.warnings).toEqual([]);
    expect(await portrait(name)).toBe(whole);
    expect(await catalogue(name)).toBe(before);
    expect(await leftovers(name)).toEqual([]);
  });

  test('makes a missing database as it was, from the archive alone', async () => {
    const { config } = await bench();
    const [before, whole] = [await catalogue(name), await portrait(name)];
    await dropDatabase(name);

    const restored = await restore(config({ name, label: format }), { archive, databases: [{ label: format }] });

    expect(restored.warnings).toEqual([]);
    expect(await portrait(name)).toBe(whole);
    expect(await catalogue(name)).toBe(before);
  });
});

test('the properties kept are those of the live database at the time of the restore', async () => {
  const database = await small.make();
  await psql(
    'postgres',
    `alter database ${database} set work_mem to '9MB'; alter database ${database} is_template true`,
  );
  const before = await catalogue(database);
  await small.restore(database);
  expect(await catalogue(database)).toBe(before);
  expect(await count(`pg_database where datname = '${database}' and datacl is null`)).toBe('1');
  await psql('postgres', `alter database ${database} is_template false`);
});

test('encoding and locale survive, of a live database and of a missing one', async () => {
  const { config } = await bench();
  const database = await small.make(
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
  const database = await small.make();
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
] as const)('what is restored belongs to the account that restores it, where %s', async (_, label, entry) => {
  const owners = `select pg_get_userbyid(datdba), pg_get_userbyid(relowner) from pg_database, pg_class
    where datname = current_database() and relname = 't'`;
  const { user } = servers.postgres;
  const database = await small.make('', `owner ${roles.owner}`);
  await small.restore(database, {}, entry, label);
  expect(await psql(database, owners)).toBe(`${roles.owner}|${user}`);
  await dropDatabase(database);
  const { warnings } = await small.restore(database, {}, entry, label);
  expect(warnings).toEqual([]);
  expect(await psql(database, owners)).toBe(`${user}|${user}`);
});

test('with analyze_options the planner knows the new content, before it is put in place or right after', async () => {
  const database = await small.make('create table t as select 2 as n; create table u as select 2 as n');
  const known = `select string_agg(distinct tablename, ' ') from pg_stats where schemaname = 'public'`;
  await small.restore(database);
  expect(await psql(database, known)).toBe('');
  for (const strategy of ['swap', 'in-place'] as const) {
    await small.restore(database, { strategy }, { analyze_options: '--echo-errors' });
    expect(await psql(database, known)).toBe('t u');
  }
});

test('options that restore a part only are refused where the rest would be lost', async () => {
  const database = await small.make('create table t as select 2 as n; create table u as select 2 as n');
  const entry = { restore_options: '--table=t' };
  await expect(small.restore(database, {}, entry)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await small.restore(database, { strategy: 'in-place' }, entry);
  expect(await psql(database, 'table t union all table u')).toBe('1\n2');
});

test('a load that fails leaves the live database as it was, with its sessions, and nothing beside it', async () => {
  const { config } = await bench();
  const role = uniqueName('gone');
  await psql('postgres', `create role ${role}`);
  const database = await small.make(`create table t as select 1 as n; alter table t owner to ${role}`);
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
  expect(await count(sessionsIn(database))).toBe('1');
  expect(await leftovers(database)).toEqual([]);
});

test.each([
  ['custom', {}],
  ['plain', { restore_options: '--echo-errors' }],
])('a load that fails at a statement with a password does not show it: %s', async (format, more) => {
  const { config } = await bench();
  const role = uniqueName('gone');
  await psql('postgres', `create role ${role}`);
  const database = await small.make(
    `create extension postgres_fdw; create server s foreign data wrapper postgres_fdw;
     create user mapping for ${role} server s options (user 'x', password 'very-secret')`,
  );
  const events: Event[] = [];
  await backup(config({ name: database, format }));
  await psql(database, `drop user mapping for ${role} server s; drop role ${role}`);

  const failed = restore(config({ name: database, ...more }), {
    archive: 'latest',
    onEvent: (event) => events.push(event),
  });
  const { message, hint, report } = (await failed.catch((error: unknown) => error)) as BackupError & {
    report: unknown;
  };

  expect(message).toContain(`role "${role}" does not exist`);
  expect(events.length).toBeGreaterThan(0);
  expect(JSON.stringify([message, hint, report, events])).not.toContain('very-secret');
});

test.each(['swap', 'in-place'] as const)(
  'a database whose DROP was interrupted is refused beforehand, with what to do: %s',
  async (strategy) => {
    const database = await small.make();
    await psql('postgres', `update pg_database set datconnlimit = -2 where datname = '${database}'`);
    await expect(small.restore(database, { strategy })).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringContaining('an interrupted DROP DATABASE has left'),
      hint: expect.stringContaining('drop it first'),
    });
    expect(await leftovers(database)).toEqual([]);
    await dropDatabase(database);
    if (strategy === 'in-place') await psql('postgres', `create database ${database} template template0`);
    await small.restore(database, { strategy });
    expect(await psql(database, 'table t')).toBe('1');
  },
);

describe('an account that is no superuser', () => {
  const role = uniqueName('plain_user');
  const account = { username: role, password: 'pw' };
  beforeAll(() => psql('postgres', `create role ${role} login createdb password 'pw'`));
  afterAll(() => psql('postgres', `drop role ${role}`));

  test('restores its own database when it may create databases', async () => {
    const { config } = await bench();
    const database = await small.make('', `owner ${role}`);
    await psql(database, `set role ${role}; create table t as select 1 as n; select lo_create(0)`);
    const before = await catalogue(database);
    await backup(config({ name: database, ...account }));
    await psql(database, 'drop table t');

    await restore(config({ name: database, ...account }), { archive: 'latest' });

    expect(await psql(database, 'table t')).toBe('1');
    expect(await catalogue(database)).toBe(before);
  });

  test('is told beforehand when it lacks the right to', async () => {
    const database = await small.make();
    await expect(small.restore(database, {}, account)).rejects.toMatchObject({
      code: 'PERMISSION_MISSING',
      message: expect.stringContaining('belongs to'),
    });
    await psql('postgres', `alter role ${role} nocreatedb`);
    await expect(small.restore(database, {}, account)).rejects.toMatchObject({
      code: 'PERMISSION_MISSING',
      message: expect.stringContaining('may not create databases'),
    });
    await psql('postgres', `alter role ${role} createdb`);
  });

  test('is told before the load that it may not carry over a setting', async () => {
    const database = await small.make('', `owner ${role}`);
    await psql('postgres', `alter role ${servers.postgres.user} in database ${database} set work_mem to '8MB'`);
    await expect(small.restore(database, {}, account)).rejects.toMatchObject({ code: 'PERMISSION_MISSING' });
    expect(await leftovers(database)).toEqual([]);
  });
});
