import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, restore } from '@dumpstream/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeServerDirectory } from '../../../scripts/servers/daemon.mjs';
import { bench, portrait } from './support/bench.ts';
import { foreignArchive, runClient } from './support/foreign.ts';
import { type OwnServer, startOwnServer } from './support/own-server.ts';

let here: OwnServer;
let there: OwnServer;

beforeAll(async () => {
  [here, there] = await Promise.all([startOwnServer(), startOwnServer()]);
  const space = makeServerDirectory(join(here.scratch, 'space'), 0o700);
  await here.psql(
    'postgres',
    `create role staff nologin; create role "an\nna" login password 'secret' valid until '2099-01-01';
     create role boss superuser createdb in role staff; alter role boss set work_mem to '9MB';
     grant staff to "an\nna" with admin option; comment on role staff is 'all; of them -- really';
     create role reader login password 'pw'; grant pg_read_all_data to reader; create role blind login password 'pw'`,
  );
  await here.psql('postgres', `create tablespace "fast; one" owner boss location '${space}'`);
  await here.psql(
    'postgres',
    `grant create on tablespace "fast; one" to staff; comment on tablespace "fast; one" is 'quick';`,
  );
  await here.psql('postgres', 'create database users owner boss tablespace "fast; one"');
  await here.psql('users', `create table t as select i from generate_series(1, 100) i; grant select on t to staff`);
  for (const name of ['orders', '"closed"', '"forbidden"', '"pattern"', '"log 2020"', '"log 2021"'])
    await here.psql('postgres', `create database ${name}`);
  await here.psql(
    'postgres',
    `create table here (n int); alter database closed allow_connections false;
     revoke connect on database forbidden from public; alter database pattern is_template true`,
  );
}, 120_000);
afterAll(() => Promise.all([here?.stop(), there?.stop()]));

const names = ['log 2020', 'log 2021', 'orders', 'postgres', 'users'];

/** Roles, their passwords and memberships, and tablespaces, as pg_dumpall tells them. */
const globals = ({ entry }: OwnServer) => runClient('pg_dumpall', entry, '--globals-only').toString();

test('all stands for the roles and tablespaces, and for each database that can be connected to', async () => {
  const { config } = await bench();
  const report = await backup(config({ ...here.entry, name: 'all', username: 'reader', password: 'pw' }));
  expect(report.databases.map(({ name, kind, format }) => `${kind} ${name}: ${format}`)).toEqual([
    'globals all: globals',
    ...names.map((name) => `database ${name}: custom`),
  ]);
  expect(report.warnings).toEqual([
    expect.stringContaining("'closed' is left out: it takes no connections"),
    expect.stringContaining("'forbidden' is left out: the role may not connect to it"),
    expect.stringContaining("'pattern' is left out: it is a template"),
  ]);
});

test('an account that may not read passwords dumps the roles without them, and says so', async () => {
  const { config } = await bench();
  const entry = { ...here.entry, name: 'all', username: 'blind', password: 'pw', skip_names: ['*s*', '*e*', 'log*'] };
  const { databases, warnings } = await backup(config(entry));
  expect(databases).toMatchObject([{ kind: 'globals', status: 'ok' }]);
  expect(warnings).toEqual([expect.stringContaining("without their passwords, which the role 'blind' may not read")]);
});

test('skip_names leaves out databases by name and by pattern, without a word', async () => {
  const { config } = await bench();
  const skip_names = ['log *', 'closed', 'forb*den', 'pattern', 'order', '*postgres*'];
  const report = await backup(config({ ...here.entry, name: 'all', skip_names }), { dryRun: true });
  expect(report.databases.map(({ name }) => name)).toEqual(['all', 'orders', 'users']);
  expect(report.warnings).toEqual([]);
});

describe('restored onto a fresh server', () => {
  test('all brings back roles, passwords, memberships and databases, with sessions connected to their targets', async () => {
    const { config } = await bench();
    const skip_names = ['closed', 'forbidden', 'pattern'];
    await backup(config({ ...here.entry, name: 'all', format: 'directory', skip_names }));
    await there.psql('postgres', 'create database orders');
    await there.psql('orders', 'create table old (n int)');
    const sessions = ['orders', 'postgres', 'template1'].map((name) =>
      there.psql(name, 'select pg_sleep(60)').catch(() => 'ended'),
    );
    const connected = `select count(*) from pg_stat_activity where query ~ 'pg_sleep.60'`;
    while (Number(await there.psql('postgres', connected)) < 4) await wait(20);

    const entry = { ...here.entry, name: 'all' };
    const { port: restore_port, password: restore_password } = there.entry;
    // What format a dump has the archive knows.
    const target = { ...entry, format: 'plain', restore_port, restore_password };
    const restored = await restore(config(target), { archive: 'latest' });

    expect(restored.databases.map(({ status }) => status)).toEqual(['ok', ...names.map(() => 'ok')]);
    expect(restored.warnings).toEqual([
      expect.stringMatching(/tablespace "fast; one" could not be made: .*(?:not exist|in use|Permission)/s),
      expect.stringMatching(/stays as it is.*: role postgres$/),
      expect.stringContaining(`no tablespace "fast; one": the database 'users' is created without`),
    ]);
    const isOther = /^$|^--|\\|TABLESPACE|^ALTER ROLE postgres/;
    const roles = (text: string) => text.split('\n').filter((line) => !isOther.test(line));
    expect(roles(globals(there))).toEqual(roles(globals(here)));
    for (const name of names) {
      // The one thing that the other server lacks.
      const expected = (await portrait(name, here.entry)).replace(' TABLESPACE = "fast; one"', '');
      expect(await portrait(name, there.entry)).toBe(expected);
    }
    await there.psql(
      'template1',
      `select pg_terminate_backend(pid) from pg_stat_activity where query ~ 'pg_sleep'
      and pid <> pg_backend_pid()`,
    );
    expect(await Promise.all(sessions)).toEqual(['ended', 'ended', 'ended']);
  }, 120_000);

  test('a second time, nothing that exists is an error, and no password is set back', async () => {
    const { config } = await bench();
    await there.psql('postgres', `alter role "an\nna" password 'newer' createdb; revoke staff from boss`);
    const before = globals(there);
    const { hostname, port, password } = there.entry;
    const request = { archive: 'latest', databases: [{ kind: 'globals' as const }], to: { hostname, port, password } };

    const { warnings } = await restore(config({ ...here.entry, name: 'all' }), request);

    expect(warnings).toContainEqual(expect.stringContaining('role "an\nna", role postgres'));
    const unrestricted = (text: string) => text.replaceAll(/^\\.*$/gm, '').split('\n');
    expect(unrestricted(globals(there)).filter((line) => !line.startsWith('GRANT staff TO boss'))).toEqual(
      unrestricted(before),
    );
    expect(globals(there)).toContain('GRANT staff TO boss');
  });
});

test('an account that may not make roles is told so before anything is touched', async () => {
  const { config } = await bench();
  const entry = { ...here.entry, name: 'all', username: 'blind', password: 'pw' };
  const request = { archive: 'latest', databases: [{ kind: 'globals' as const }] };
  await expect(restore(config(entry), request)).rejects.toMatchObject({
    code: 'PERMISSION_MISSING',
    message: expect.stringContaining("'blind' may not create roles"),
    hint: expect.stringContaining("kind: 'database'"),
    report: { databases: [{ status: 'skipped' }] },
  });
});

test('one database is restored alone from an archive of all', async () => {
  const { config } = await bench();
  const before = await portrait('users', here.entry);
  await here.psql('users', 'drop table t');
  await here.psql('orders', 'create table newer (n int)');
  await restore(config({ ...here.entry, name: 'all' }), { archive: 'latest', databases: ['users'] });
  expect(await portrait('users', here.entry)).toBe(before);
  expect(await here.psql('orders', `select count(*) from pg_class where relname = 'newer'`)).toBe('1');
});

describe('another tool’s script of a whole server', () => {
  const request = { archive: 'cluster', databases: ['all'] };

  async function archived(server: OwnServer) {
    const { config, repository } = await bench();
    await foreignArchive(repository, 'cluster', 'all', (path) =>
      runClient('pg_dumpall', server.entry, '--clean', '--if-exists', `--file=${path}`),
    );
    return config({ ...server.entry, name: 'all' });
  }

  test('is refused beside the live databases, and replaces them in place, with roles and sessions there', async () => {
    await here.psql(
      'users',
      `insert into t values (-1); create table "DROP" (row text);
       insert into "DROP" values ('-- Database "x" dump'), ('DROP DATABASE users;'), ('SET transaction_timeout = 0;')`,
    );
    await here.psql('postgres', 'alter database closed allow_connections true');
    const all = ['closed', ...names];
    const before = await Promise.all(all.map((name) => portrait(name, here.entry)));
    const config = await archived(here);
    await here.psql('users', 'drop table t; create table extra (n int)');
    await here.psql(
      'postgres',
      `alter role "an\nna" password 'newest'; drop role boss`.replace('; drop role boss', ''),
    );
    const roles = globals(here);

    await expect(restore(config, request)).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      hint: expect.stringContaining('in-place'),
    });
    const session = here.psql('users', 'select pg_sleep(60)').catch(() => 'ended');
    while ((await here.psql('postgres', `select count(*) from pg_stat_activity where datname = 'users'`)) === '0')
      await wait(20);
    await expect(restore(config, { ...request, strategy: 'in-place', endSessions: false })).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringContaining("'users' cannot be replaced while it has sessions"),
    });

    await restore(config, { ...request, strategy: 'in-place' });

    expect(await session).toBe('ended');
    expect(await Promise.all(all.map((name) => portrait(name, here.entry)))).toEqual(before);
    const unrestricted = (text: string) => text.replaceAll(/^\\.*$/gm, '');
    expect(unrestricted(globals(here))).toBe(unrestricted(roles));
  }, 120_000);

  test('needs a superuser, who is missed beforehand', async () => {
    const config = (await bench()).config({ ...here.entry, name: 'all', username: 'blind', password: 'pw' });
    await expect(restore(config, { ...request, strategy: 'in-place' })).rejects.toMatchObject({
      code: 'PERMISSION_MISSING',
    });
  });
});

test('a directory dump is restored on another server', async () => {
  const { config } = await bench();
  const name = 'log 2020';
  await here.psql(name, 'create table a as select 1 as n; create table b as select 2 as n');
  await backup(config({ ...here.entry, name, format: 'directory' }));
  const { hostname, port, password } = there.entry;
  await there.psql('postgres', `drop database if exists "${name}"`);
  // The configuration of today says otherwise: what format a dump has, the archive knows.
  const restored = await restore(config({ ...here.entry, name, format: 'plain' }), {
    archive: 'latest',
    to: { hostname, port, password },
  });
  expect(restored.databases).toMatchObject([{ name, format: 'directory', status: 'ok' }]);
  expect(await there.psql(name, 'table a union all table b')).toBe('1\n2');
});
