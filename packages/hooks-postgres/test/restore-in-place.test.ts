import { setTimeout as wait } from 'node:timers/promises';
import { backup, restore } from '@dumpstream/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { psql, uniqueName } from '../../../test/support/servers.ts';
import { bench, catalogue, leftovers, portrait } from './support/bench.ts';
import { dropDatabase, dropRich, makeRich } from './support/rich-database.ts';

const formats = ['custom', 'plain', 'tar', 'directory'];
const roles = { owner: uniqueName('owner'), reader: uniqueName('reader') };
const gone = uniqueName('gone');
const name = uniqueName('rich');
/** With the database in every format, under labels; and one whose restore fails, for want of a role. */
let archive = '';
let failing = '';

beforeAll(async () => {
  await makeRich(name, roles);
  // Of the custom and tar formats pg_restore's own --clean is used, which partitioned tables with a key defeat.
  await psql(
    name,
    `drop table app.orders cascade; create view app.per_customer as select *, count(*) from app.customers group by id`,
  );
  const labelled = (some: readonly string[]) => some.map((format) => ({ name, format, label: format }));
  const made = await bench();
  archive = await made.archive(...labelled(formats));
  await psql(name, `create role ${gone}; create table app.last (id int); alter table app.last owner to ${gone}`);
  failing = await made.archive(...labelled(['custom', 'plain']));
  await psql(name, `drop table app.last; drop role ${gone}`);
});
afterAll(() => dropRich(roles, name));

const oid = (database: string) => psql('postgres', `select oid from pg_database where datname = '${database}'`);

const request = { archive: 'latest', strategy: 'in-place' } as const;

test.each(formats)(
  'a %s dump replaces the content of the database itself, which stays the same one',
  async (format) => {
    const { config } = await bench();
    const [before, whole, same] = [await catalogue(name), await portrait(name), await oid(name)];
    await psql(
      name,
      'delete from app.customers where id > 100; drop function if exists app.shorten cascade; drop view app.per_customer',
    );

    await restore(config({ name, label: format }), { ...request, archive, databases: [{ label: format }] });

    expect(await portrait(name)).toBe(whole);
    expect(await catalogue(name)).toBe(before);
    expect(await oid(name)).toBe(same);
  },
);

test.each(['custom', 'plain'])('a %s dump leaves the database as it was when it fails', async (format) => {
  const { config } = await bench();
  await psql(name, 'update app.customers set weight = 1');
  const whole = await portrait(name);

  await expect(
    restore(config({ name, label: format }), { ...request, archive: failing, databases: [{ label: format }] }),
  ).rejects.toMatchObject({ code: 'RESTORE_FAILED' });

  expect(await portrait(name)).toBe(whole);
  expect(await leftovers(name)).toEqual([]);
});

test('a missing database is made from the archive', async () => {
  const { config } = await bench();
  const before = await catalogue(name);
  await dropDatabase(name);

  await restore(config({ name, label: 'custom' }), { ...request, archive, databases: [{ label: 'custom' }] });

  expect(await catalogue(name)).toBe(before);
  expect(await psql(name, 'select count(*) from app.per_customer')).toBe('500');
});

const partitioned =
  'create table p (id int primary key) partition by hash (id); create table p0 partition of p for values with (modulus 1, remainder 0); insert into p values (1)';

test('partitioned tables of a custom dump are refused in place, whole and with the way out', async () => {
  const { config } = await bench();
  const database = uniqueName('small');
  await psql('postgres', `create database ${database}`);
  try {
    await psql(database, partitioned);
    await backup(config({ name: database }));
    await psql(database, 'insert into p values (2)');
    await expect(restore(config({ name: database }), request)).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      hint: expect.stringContaining('swap'),
    });
    expect(await psql(database, 'table p order by id')).toBe('1\n2');
  } finally {
    await dropDatabase(database);
  }
});

test('a plain dump restored in place takes away what it does not have', async () => {
  const { config } = await bench();
  const database = uniqueName('small');
  await psql('postgres', `create database ${database}`);
  try {
    await psql(database, partitioned);
    const whole = await portrait(database);
    await backup(config({ name: database, format: 'plain' }));
    await psql(
      database,
      'create schema extra; create table extra.t (n int); create extension citext; select lo_create(5)',
    );
    await restore(config({ name: database }), request);
    expect(await portrait(database)).toBe(whole);
  } finally {
    await dropDatabase(database);
  }
});

test('an owner who may not create databases restores in place, and ends only sessions that hold locks', async () => {
  const { config } = await bench();
  const role = uniqueName('modest');
  const database = uniqueName('small');
  await psql('postgres', `create role ${role} login password 'pw'`);
  await psql('postgres', `create database ${database} owner ${role}`);
  try {
    await psql(database, `set role ${role}; create table t as select 1 as n`);
    for (const format of ['custom', 'plain']) {
      const entry = { name: database, username: role, password: 'pw', format };
      await backup(config(entry));
      await psql(database, 'update t set n = 2');
      const idle = psql(database, 'select pg_sleep(60)').catch(() => 'ended');
      const holder = psql(database, `set application_name = holder; begin; lock table t; select pg_sleep(60)`).catch(
        () => 'ended',
      );
      const sessions = `pg_stat_activity where datname = '${database}' and query ~ 'pg_sleep'`;
      while ((await psql('postgres', `select count(*) from ${sessions}`)) !== '2') await wait(20);
      // The holder logged in as a superuser, whose session only another may end.
      await expect(restore(config(entry), request)).rejects.toMatchObject({ code: 'PERMISSION_MISSING' });
      await expect(restore(config({ name: database }), { ...request, endSessions: false })).rejects.toMatchObject({
        code: 'RESTORE_FAILED',
        message: expect.stringMatching(/sessions: holder \(postgres, process \d+\)$/),
      });
      await psql('postgres', `select pg_terminate_backend(pid) from ${sessions} and application_name = 'holder'`);
      await holder;

      await restore(config(entry), request);

      expect(await psql(database, 'table t')).toBe('1');
      await psql('postgres', `select pg_terminate_backend(pid) from ${sessions}`);
      expect(await idle).toBe('ended');
    }
  } finally {
    await dropDatabase(database);
    await psql('postgres', `drop role ${role}`);
  }
});
