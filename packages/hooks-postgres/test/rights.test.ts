import { backup } from '@dumpstream/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { psql, uniqueName } from '../../../test/support/servers.ts';
import { bench } from './support/bench.ts';
import { dropDatabase } from './support/rich-database.ts';

const name = uniqueName('private');
const role = uniqueName('reader');
const helper = uniqueName('helper');
const account = { name, username: role, password: 'pw' };

beforeAll(async () => {
  await psql(
    'postgres',
    `create role ${role} login password 'pw'; create role ${helper} superuser; create database ${name}`,
  );
  await psql(
    name,
    `create schema app; create table app.secret (n int); create sequence app.numbers;
     create table open (n int); grant select on open to ${role}; create table shut (n int); create sequence counter;
     create table guarded (n int); grant select on guarded to ${role}; alter table guarded enable row level security;
     create extension citext; create view seen as select 1; select lo_create(4711);
     create foreign data wrapper w; create server s foreign data wrapper w;
     create user mapping for postgres server s options (password 'x')`,
  );
});
afterAll(async () => {
  await dropDatabase(name);
  await psql('postgres', `drop role ${role}, ${helper}`);
});

test('what an account may not read is found before the dump, and named with the rights that it lacks', async () => {
  const { config } = await bench();
  const failure = await backup(config(account)).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: 'PERMISSION_MISSING',
    message:
      `the role '${role}' may not read all of the database '${name}': it lacks USAGE on the schemas app; ` +
      'SELECT on the tables app.secret, public.shut; SELECT on the sequences app.numbers, public.counter; ' +
      'BYPASSRLS for the tables whose rows policies hide public.guarded; SELECT on the large objects 4711',
    hint: expect.stringContaining('pg_read_all_data'),
  });
});

test('what options leave out need not be readable', async () => {
  const { config } = await bench();
  const options = '-t open --no-blobs --enable-row-security';
  const { warnings } = await backup(config({ ...account, options }));
  expect(warnings).toEqual([
    expect.stringContaining('public.guarded'),
    expect.stringContaining('user mappings postgres of s without their options'),
  ]);
});

test('the rights are those of the role that the dump is made as', async () => {
  const { config } = await bench();
  await psql('postgres', `grant ${helper} to ${role}`);
  const { databases, warnings } = await backup(config({ ...account, options: `--role=${helper}` }));
  expect(databases).toMatchObject([{ status: 'ok' }]);
  expect(warnings).toEqual([]);
});

test('an account with the rights that were named can dump all of it', async () => {
  const { config } = await bench();
  await psql(
    name,
    `revoke ${helper} from ${role}; grant usage on schema app to ${role}; alter role ${role} bypassrls;
     grant select on all tables in schema app, public to ${role}; grant select on large object 4711 to ${role};
     grant select on all sequences in schema app, public to ${role}`,
  );
  const { databases } = await backup(config(account));
  expect(databases).toMatchObject([{ status: 'ok' }]);
});

test('a subscription, which pg_dump leaves out for want of a superuser, is not left out in silence', async () => {
  const { config } = await bench();
  const subscription = uniqueName('subscription');
  await psql(name, `create subscription ${subscription} connection 'dbname=x' publication p with (connect = false)`);
  try {
    await expect(backup(config(account))).rejects.toMatchObject({
      code: 'PERMISSION_MISSING',
      message: expect.stringContaining(`superuser, for the subscriptions ${subscription}`),
    });
    const { databases } = await backup(config({ ...account, options: '--no-subscriptions' }));
    expect(databases).toMatchObject([{ status: 'ok' }]);
  } finally {
    await psql(name, `alter subscription ${subscription} set (slot_name = none); drop subscription ${subscription}`);
  }
});
