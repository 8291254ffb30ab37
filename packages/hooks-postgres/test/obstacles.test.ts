import { join } from 'node:path';
import { backup, restore } from '@dumpstream/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { makeServerDirectory } from '../../../scripts/servers/daemon.mjs';
import { bench, portrait } from './support/bench.ts';
import { type OwnServer, startOwnServer } from './support/own-server.ts';

let server: OwnServer;
let entry: object;
beforeAll(async () => {
  server = await startOwnServer({ settings: { wal_level: 'logical', max_prepared_transactions: '5' } });
  entry = { ...server.entry, name: 'users' };
});
afterAll(() => server?.stop());

beforeEach(async () => {
  await server.psql('postgres', 'create database users');
  await server.psql('users', 'create table t as select 1 as n');
  const { config } = await bench();
  await backup(config(entry));
  await server.psql('users', 'update t set n = 2');
});
afterEach(() => server.psql('postgres', 'drop database users with (force)'));

const databases = `select count(*) from pg_database where datname like 'dumpstream%'`;

test('a logical replication slot, which would be dropped with the old database, is named and refused beforehand', async () => {
  const { config } = await bench();
  await server.psql('users', `select pg_create_logical_replication_slot('feed', 'test_decoding')`);
  await expect(restore(config(entry), { archive: 'latest' })).rejects.toMatchObject({
    code: 'RESTORE_FAILED',
    message: expect.stringContaining('logical replication slots: feed'),
  });
  expect(await server.psql('postgres', databases)).toBe('0');
  expect(await server.psql('users', 'table t')).toBe('2');
  // In place the database stays the one that the slot is of.
  await restore(config(entry), { archive: 'latest', strategy: 'in-place' });
  expect(await server.psql('users', 'table t')).toBe('1');
  await server.psql('users', `select pg_drop_replication_slot('feed')`);
});

test.each(['swap', 'in-place'] as const)(
  'a prepared transaction, which would keep the old database, is named and refused beforehand: %s',
  async (strategy) => {
    const { config } = await bench();
    await server.psql('users', `begin; insert into t values (3); prepare transaction 'limbo'`);
    await expect(restore(config(entry), { archive: 'latest', strategy })).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringContaining('prepared transactions: limbo'),
    });
    await server.psql('users', `commit prepared 'limbo'`);
    expect(await server.psql('users', 'table t order by n')).toBe('2\n3');
  },
);

test('a publication, the tablespace, the limit and what roles are set to there outlive a restore', async () => {
  const { config } = await bench();
  const space = makeServerDirectory(join(server.scratch, 'space'), 0o700);
  await server.psql('users', 'create publication news for all tables');
  await server.psql('postgres', `create tablespace fast location '${space}'`);
  await server.psql(
    'postgres',
    `alter database users set tablespace fast; alter database users connection limit 3;
     comment on database users is 'ours'; alter role postgres in database users set work_mem to '9MB'`,
  );
  const before = await portrait('users', server.entry);
  await backup(config(entry));
  await server.psql('users', 'drop table t');
  await restore(config(entry), { archive: 'latest' });
  expect(await portrait('users', server.entry)).toBe(before);
  expect(before).toContain('TABLESPACE = fast');
  await server.psql('postgres', 'alter database users set tablespace pg_default');
  await server.psql('postgres', 'drop tablespace fast');
});
