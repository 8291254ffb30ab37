import { backup, listArchives, restore } from '@dumpstream/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { psql, uniqueName } from '../../../test/support/servers.ts';
import { bench, portrait } from './support/bench.ts';
import { dropDatabase } from './support/rich-database.ts';

const name = uniqueName('dry');
const blind = uniqueName('blind');

beforeAll(async () => {
  await psql('postgres', `create database ${name}; create role ${blind} login password 'pw'`);
  await psql(name, 'create table t as select 1 as n');
});
afterAll(async () => {
  await dropDatabase(name);
  await psql('postgres', `drop role ${blind}`);
});

test('a dry run of a backup connects and checks, and stores nothing', async () => {
  const { config } = await bench();
  const report = await backup(config({ name }), { dryRun: true });
  expect(report.databases).toMatchObject([{ name, status: 'skipped' }]);
  await expect(backup(config({ name, username: blind, password: 'pw' }), { dryRun: true })).rejects.toMatchObject({
    code: 'PERMISSION_MISSING',
  });
  await expect(backup(config({ name, port: 1 }), { dryRun: true })).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
  });
  expect(await listArchives(config())).toEqual([]);
});

test('a dry run of a restore connects and checks, and changes nothing', async () => {
  const { archive, config } = await bench();
  await archive({ name });
  await psql(name, 'insert into t values (2)');
  const before = await portrait(name);
  const request = { archive: 'latest', dryRun: true };
  expect((await restore(config({ name }), request)).databases).toMatchObject([{ name, status: 'skipped' }]);
  await expect(restore(config({ name, username: blind, password: 'pw' }), request)).rejects.toMatchObject({
    code: 'PERMISSION_MISSING',
  });
  expect(await portrait(name)).toBe(before);
});

test('list_options reach the psql that lists, and restore_options the program that restores', async () => {
  const { archive, config } = await bench();
  await expect(backup(config({ name: 'all', list_options: '--set=ON_ERROR_STOP --no-such-option' }))).rejects.toThrow(
    'no-such-option',
  );
  await archive({ name });
  await expect(restore(config({ name, restore_options: '--no-such-option' }), { archive: 'latest' })).rejects.toThrow(
    'no-such-option',
  );
  expect(await psql(name, 'table t')).toBe('1\n2');
});
