import { execFileSync } from 'node:child_process';
import { backup, type Command, type HookContext } from '@dumpstream/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { psql, servers, uniqueName } from '../../../test/support/servers.ts';
import { checkDump, checkRestore } from '../src/check.ts';
import { bench, connection } from './support/bench.ts';
import { dropDatabase } from './support/rich-database.ts';

const name = uniqueName('checked');
beforeAll(() => psql('postgres', `create database ${name}`));
afterAll(() => dropDatabase(name));

test.each([
  ['a database that is not there', { name: 'no such one' }, 'DATABASE_NOT_FOUND', /no such one/],
  [
    'one that is not there, named like what every object has',
    { name: 'constructor' },
    'DATABASE_NOT_FOUND',
    /constructor/,
  ],
  ['a wrong password', { name, password: 'wrong-one' }, 'CONNECTION_FAILED', /password/],
  ['a port where nobody listens', { name, port: 1 }, 'CONNECTION_FAILED', /refused/],
  ['an unknown host', { name, hostname: 'nowhere.invalid' }, 'CONNECTION_FAILED', /nowhere\.invalid/],
  ['a name that the server would cut', { name: 'ü'.repeat(32) }, 'CONFIG_INVALID', /63 bytes/],
  ['options that send the dump elsewhere', { name, options: '-f /dev/null' }, 'CONFIG_INVALID', /--file/],
])('%s is found before anything is dumped', async (_, entry, code, message) => {
  const { config } = await bench();
  const failure = await backup(config(entry), { dryRun: true }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
  expect(JSON.stringify(failure)).not.toContain('wrong-one');
});

test('an entry without a host goes to the Unix socket', async () => {
  const { config } = await bench();
  const { socketDirectory } = servers.postgres;
  const report = await backup(config({ name, hostname: socketDirectory }));
  expect(report.databases).toMatchObject([{ name, status: 'ok' }]);
});

/** Servers of other versions, by what their answer would be. */
function answering(answer: object): HookContext {
  const means = {
    signal: new AbortController().signal,
    run: async () => JSON.stringify({ dumpable: {}, databases: {}, ...answer }),
  };
  const talk = () => ({ ask: means.run, end: async () => {} });
  return { ...means, talk, once: (_, make) => make(means), defer: () => {}, warn: () => {} };
}

test('a client older than the server is refused, both being named', async () => {
  const server = answering({ client: '15.4', clientMajor: 15, server: '99.1', serverMajor: 99, bytes: 0 });
  const job = { item: { name, kind: 'database' as const }, entry: { name } };
  await expect(checkDump(job, server)).rejects.toMatchObject({
    code: 'VERSION_UNSUPPORTED',
    message: expect.stringMatching(/PostgreSQL \d.*99\.1/),
  });
});

test('a dump of a newer server is refused, both being named', async () => {
  const server = answering({
    client: '17.0',
    clientMajor: 17,
    server: '15.4',
    serverMajor: 15,
    superuser: true,
    mayCreate: true,
  });
  const job = {
    item: { name, kind: 'database' as const },
    entry: { name },
    meta: { format: 'custom', server_version: '16.1' },
    strategy: 'swap' as const,
    endSessions: true,
    bytes: 0,
  };
  await expect(checkRestore(job, server)).rejects.toMatchObject({
    code: 'VERSION_UNSUPPORTED',
    message: expect.stringMatching(/16\.1.*15\.4/),
  });
});

describe('a dump that cannot fit on the disk of the server, which is on this host,', () => {
  const job = (more: object = {}) => ({
    item: { name, kind: 'database' as const },
    entry: { ...connection(), name },
    meta: { format: 'custom' },
    strategy: 'swap' as const,
    endSessions: true,
    bytes: 1e18,
    ...more,
  });

  /** Core's context, as far as a check needs it: the clients run. */
  const running = (): HookContext => {
    const signal = new AbortController().signal;
    const run = async ({ file, args, env, input }: Command) =>
      execFileSync(file, args, {
        input: input ?? '',
        env: { ...process.env, ...env } as NodeJS.ProcessEnv,
        encoding: 'utf8',
      });
    const means = { signal, run };
    const talk = () => ({ ask: async () => '', end: async () => {} });
    return { ...means, talk, once: (_, make) => make(means), defer: () => {}, warn: () => {} };
  };

  test('is refused before anything is touched, and said with what is free', async () => {
    await expect(checkRestore(job(), running())).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringMatching(/at least 500000000000000000 bytes, in \/\S+ \d+ are free/),
    });
  });

  test('is let through in place, and one that fits beside the live database', async () => {
    await checkRestore(job({ strategy: 'in-place' }), running());
    await checkRestore(job({ bytes: 1000 }), running());
  });

  test('is let through where the server’s disk cannot be seen', async () => {
    const account = uniqueName('unseeing');
    await psql(
      'postgres',
      `create role ${account} login createdb password 'pw'; alter database ${name} owner to ${account}`,
    );
    try {
      await checkRestore(job({ entry: { ...connection(), name, username: account, password: 'pw' } }), running());
    } finally {
      await psql('postgres', `alter database ${name} owner to current_user; drop role ${account}`);
    }
  });
});
