import { once } from 'node:events';
import { mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, compact, listArchives, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { abortAtAnyMoment, timed } from '../support/abort-at-any-moment.ts';
import { deathOfSecond, deaths } from '../support/deaths.ts';
import { startHost } from '../support/host.ts';
import { processesNaming } from '../support/workbench.ts';
import { type Bench, expectOnly, makeBench, namesIn, processesUsing } from './support/bench.ts';

async function expectNextBackupWorks(bench: Bench): Promise<void> {
  const before = (await listArchives(bench.config())).map(({ name }) => name);
  const { repositories } = await backup(bench.config());
  expectOnly(bench, [...before, repositories[0]?.archive as string]);
  for (const { status } of await listArchives(bench.config())) expect(status).toBe('complete');
  await restore(bench.config(), { archive: 'latest' });
}

test.each(Object.keys(deaths))('when a dump %s, no archive appears and nothing is left', async (title) => {
  const bench = await makeBench();
  const { dump, onEvent } = deathOfSecond(bench.directory, title);
  const failing = bench.config([{ name: 'one' }, { name: 'two', dump }]);
  await expect(backup(failing, { onEvent })).rejects.toMatchObject({
    code: 'DUMP_FAILED',
    report: { databases: [{ status: 'ok' }, { status: 'failed' }], repositories: [{ status: 'failed' }] },
  });
  expectOnly(bench);
  await expectNextBackupWorks(bench);
});

test('a failed dump that is passed over is not in the archive', async () => {
  const bench = await makeBench();
  const config = bench.config([{ name: 'one' }, { name: 'two', dump: 'head -c 1000000 "$1"; exit 3' }]);
  await expect(backup(config, { onDumpFailure: 'continue' })).rejects.toMatchObject({
    code: 'DUMP_FAILED',
    report: { repositories: [{ status: 'ok' }] },
  });
  const [archive = ''] = namesIn(bench.repository);
  expect(namesIn(join(bench.repository, archive, 'dumpstream/files/localhost'))).toEqual(['one.gz']);
  expect(await listArchives(bench.config())).toMatchObject([{ status: 'complete', databases: [{ name: 'one' }] }]);
  await restore(bench.config(), { archive: 'latest', databases: ['one'] });
});

test('when the program that stores the bytes is killed, the backup fails at once and nothing is left', async () => {
  const bench = await makeBench();
  const config = bench.config([{ name: 'one', dump: 'head -c 100000 "$1"; sleep 60' }]);
  const failure = await backup(config, {
    onEvent: ({ type }) => {
      if (type !== 'database-progress') return;
      for (const pid of processesUsing(bench.repository)) process.kill(pid, 'SIGKILL');
    },
  }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'REPOSITORY_FAILED', message: expect.stringContaining('SIGKILL') });
  expectOnly(bench);
  await expectNextBackupWorks(bench);
});

test('a backup that is aborted at any moment rejects with ABORTED and leaves nothing, or has succeeded', async () => {
  const bench = await makeBench();
  const config = bench.config([
    { name: 'one', dump: 'head -c 1000000 "$1"; sleep 0.1; tail -c +1000001 "$1"' },
    { name: 'two' },
  ]);
  const done = [(await backup(config)).repositories[0]?.archive as string];
  const call = async (signal?: AbortSignal) => {
    const { repositories } = await backup(config, signal === undefined ? {} : { signal });
    done.push(repositories[0]?.archive as string);
  };
  const first = await timed(call);
  const aborted = await abortAtAnyMoment({ rounds: 24, first, call, after: () => expectOnly(bench, done) });
  expect(aborted).toBeGreaterThan(5);
  for (const { status } of await listArchives(config)) expect(status).toBe('complete');
}, 180_000);

const hostOf = (bench: Bench, dump: string) => startHost(bench.plain([{ name: 'one', dump }]));

async function expectProcessesGone(bench: Bench): Promise<void> {
  const deadline = Date.now() + 5_000;
  const left = () => [...processesNaming(bench.directory), ...processesUsing(bench.directory)];
  while (left().length > 0 && Date.now() < deadline) await wait(50);
  expect(left()).toEqual([]);
}

test('a host that is killed leaves no process; what it had written is listed by nobody and removed by the next backup', async () => {
  const bench = await makeBench();
  const host = hostOf(bench, 'head -c 100000 "$1"; exec sleep 60');
  await once(host.stdout, 'data'); // the dump flows
  host.kill('SIGKILL');
  await once(host, 'exit');
  await expectProcessesGone(bench);
  expect(namesIn(bench.repository)).toEqual([expect.stringMatching(/^\.partial-/)]);
  expect(await listArchives(bench.config())).toEqual([]);
  await expectNextBackupWorks(bench);
});

test('a host that is killed at any moment leaves a whole archive or none', async () => {
  const bench = await makeBench({ one: 300_000 });
  const began = performance.now();
  await once(hostOf(bench, 'cat "$1"'), 'exit');
  const whole = performance.now() - began;
  const rounds = 12;
  let kept = 1;
  for (let round = 0; round < rounds; round++) {
    const host = hostOf(bench, 'cat "$1"');
    // The second half of its time: before, Node starts.
    const timer = setTimeout(() => host.kill('SIGKILL'), whole * (0.4 + (0.7 * (round + Math.random())) / rounds));
    await once(host, 'exit');
    clearTimeout(timer);
    await expectProcessesGone(bench);
    const archives = await listArchives(bench.config(), { verify: true });
    for (const archive of archives) {
      expect(archive.status).toBe('complete');
      await restore(bench.config(), { archive: archive.name });
    }
    expect([kept, kept + 1]).toContain(archives.length);
    kept = archives.length;
  }
  await expectNextBackupWorks(bench);
}, 180_000);

test('what a living run is writing is left alone', async () => {
  const bench = await makeBench();
  const go = join(bench.directory, 'go');
  const slow = bench.config([
    { name: 'one', dump: `head -c 100000 "$1"; while ! test -e ${go}; do sleep 0.1; done; tail -c +100001 "$1"` },
  ]);
  let flows: () => void = () => {};
  const flowing = new Promise<void>((resolve) => {
    flows = resolve;
  });
  const first = backup(slow, { onEvent: ({ type }) => type === 'database-progress' && flows() });
  await flowing;

  await backup(bench.config());
  await compact(bench.config());
  writeFileSync(go, '');
  await first;

  expect((await listArchives(bench.config())).map(({ status }) => status)).toEqual(['complete', 'complete']);
  await restore(bench.config(), { archive: 'latest' });
});

test('what another machine was writing is removed only when it has been silent for a day', async () => {
  const bench = await makeBench({ one: 1_000 });
  const [silent, busy] = [1, 2].map((n) => join(bench.repository, `.partial-0123456789ab-${n}-1-0000000${n}`)) as [
    string,
    string,
  ];
  const hoursAgo = (hours: number) => Date.now() / 1000 - hours * 3600;
  for (const [path, hours] of [
    [silent, 25],
    [busy, 23],
  ] as const) {
    mkdirSync(path);
    writeFileSync(join(path, '.beat'), '');
    utimesSync(join(path, '.beat'), hoursAgo(hours), hoursAgo(hours));
    utimesSync(path, hoursAgo(30), hoursAgo(30));
  }
  await backup(bench.config());
  expect(namesIn(bench.repository).filter((name) => name.startsWith('.'))).toEqual([busy.split('/').at(-1)]);
});

test('an archive that was being removed when its host died is gone, and its space is given back', async () => {
  const bench = await makeBench();
  await backup(bench.config());
  const [archive = ''] = namesIn(bench.repository);
  renameSync(join(bench.repository, archive), join(bench.repository, '.removed-0123456789abcdef'));
  expect(await listArchives(bench.config())).toEqual([]);
  const { repositories } = await compact(bench.config());
  expect(repositories[0]?.freedBytes).toBeGreaterThan(6_000_000);
  expectOnly(bench);
});
