import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, initRepository, listArchives, parseConfig, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { abortAtAnyMoment, timed } from './support/abort-at-any-moment.ts';
import { filesHook } from './support/files-hook.ts';
import { startHost } from './support/host.ts';
import {
  archiveNames,
  expectNothingLeft,
  pidsNaming,
  processesNaming,
  type Workbench,
  workbench,
} from './support/workbench.ts';

async function expectNextBackupWorks(bench: Workbench): Promise<void> {
  const config = bench.config([{ name: 'one' }, { name: 'two' }]);
  const report = await backup(config);
  expect(report.databases.map(({ status, bytes }) => [status, bytes])).toEqual([
    ['ok', 3_000_000],
    ['ok', 3_000_000],
  ]);
  expect(await listArchives(config)).toMatchObject([{ status: 'complete' }]);
}

const deaths = {
  'dies half-way': {
    dump: 'head -c 1000000 "$1"; echo the disk is gone >&2; exit 3',
    says: /exit status 3\): the disk is gone/,
  },
  'is killed half-way': { dump: 'head -c 1000000 "$1"; kill -KILL $$', says: /signal SIGKILL/ },
  'writes everything, closes its output, and fails two seconds later': {
    dump: 'cat "$1"; exec >&-; sleep 2; exit 1',
    says: /exit status 1/,
  },
  'fails before its first byte': { dump: 'exit 7', says: /exit status 7/ },
};

for (const [title, { dump, says }] of Object.entries(deaths)) {
  test(`when a dump ${title}, no archive appears and nothing is left`, async () => {
    const bench = await workbench();
    const config = bench.config([{ name: 'one' }, { name: 'two', dump }]);

    const failure = await backup(config).catch((error: unknown) => error);

    expect(failure).toMatchObject({
      code: 'DUMP_FAILED',
      message: expect.stringMatching(says),
      database: { hook: 'files', name: 'two' },
      report: { databases: [{ status: 'ok' }, { status: 'failed' }], repositories: [{ status: 'failed' }] },
    });
    expectNothingLeft(bench);
    await expectNextBackupWorks(bench);
  });
}

test('when Borg is killed, the backup fails at once, nothing is left, and the next one works', async () => {
  const bench = await workbench();
  const config = bench.config([{ name: 'one', dump: 'head -c 100000 "$1"; sleep 60' }]);

  const failure = await backup(config, {
    onEvent: (event) => {
      if (event.type === 'database-progress')
        for (const pid of pidsNaming(`${bench.repository}::`)) process.kill(pid, 'SIGKILL');
    },
  }).catch((error: unknown) => error);

  expect(failure).toMatchObject({ code: 'REPOSITORY_FAILED', message: expect.stringMatching(/SIGKILL/) });
  expect(processesNaming(bench.directory)).toEqual([]);
  await expectNextBackupWorks(bench);
});

test('a backup that is aborted at any moment rejects with ABORTED and leaves nothing, or has succeeded', async () => {
  const bench = await workbench();
  const config = bench.config([
    { name: 'one', dump: 'head -c 1000000 "$1"; sleep 0.1; tail -c +1000001 "$1"' },
    { name: 'two' },
  ]);
  const first = await timed(() => backup(config));
  let done = 1;
  const aborted = await abortAtAnyMoment({
    rounds: 24,
    first,
    call: async (signal) => {
      await backup(config, { signal });
      done++;
    },
    after: () => {
      expect(archiveNames(bench.repository)).toHaveLength(done);
      expect(processesNaming(bench.directory)).toEqual([]);
    },
  });
  expect(aborted).toBeGreaterThan(5);
  expectNothingLeft(bench, archiveNames(bench.repository));
  for (const archive of await listArchives(config)) expect(archive.status).toBe('complete');
}, 180_000);

test('a call that is given an aborted signal does nothing', async () => {
  const bench = await workbench();
  await expect(backup(bench.config([{ name: 'one' }]), { signal: AbortSignal.abort('no') })).rejects.toMatchObject({
    code: 'ABORTED',
    cause: 'no',
  });
  expectNothingLeft(bench);
});

test('when the host process is killed, its children and the lock are gone within five seconds', async () => {
  const bench = await workbench();
  const host = startHost(bench.plain([{ name: 'one', dump: 'head -c 100000 "$1"; exec sleep 60' }]));
  await once(host.stdout, 'data'); // the dump flows

  host.kill('SIGKILL');
  await once(host, 'exit');
  const deadline = Date.now() + 5_000;
  while (processesNaming(bench.directory).length > 0 && Date.now() < deadline) await wait(50);

  expect(processesNaming(bench.directory)).toEqual([]);
  expect(archiveNames(bench.repository)).toEqual([]);
  await expectNextBackupWorks(bench);
  expectNothingLeft(bench, archiveNames(bench.repository));
});

test('calls add no listeners to the process and leave its environment as it was', async () => {
  const bench = await workbench();
  const before = {
    listeners: process.eventNames().map((name) => [name, process.listenerCount(name)]),
    env: { ...process.env },
    cwd: process.cwd(),
  };
  let during: unknown;
  await backup(bench.config([{ name: 'one' }]), {
    onEvent: () => {
      during = process.eventNames().map((name) => [name, process.listenerCount(name)]);
    },
  });
  expect(during).toEqual(before.listeners);
  expect({ ...process.env }).toEqual(before.env);
  expect(process.cwd()).toBe(before.cwd);
});

test('every other verb, aborted at any moment, rejects with ABORTED and leaves nothing, or has succeeded', async () => {
  const bench = await workbench();
  const config = bench.config([{ name: 'one' }]);
  await backup(config);
  const fresh = join(bench.directory, 'fresh');
  const other = parseConfig({ ...bench.plain([]), repositories: [fresh] }, { hooks: [filesHook()] });
  const verbs = {
    list: (signal: AbortSignal) => listArchives(config, { signal }),
    restore: (signal: AbortSignal) => restore(config, { archive: 'latest', signal }),
    init: async (signal: AbortSignal) => {
      rmSync(fresh, { recursive: true, force: true });
      await initRepository(other, { encryption: 'none', signal }).catch((error: unknown) => {
        expect(existsSync(fresh)).toBe(false);
        throw error;
      });
    },
  };
  for (const call of Object.values(verbs)) {
    const first = await timed(() => call(new AbortController().signal));
    const after = () => expect(processesNaming(bench.directory)).toEqual([]);
    expect(await abortAtAnyMoment({ rounds: 8, first, call, after })).toBeGreaterThan(0);
  }
  expectNothingLeft(bench, archiveNames(bench.repository));
}, 120_000);
