import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, compact, listArchives, prune, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { processesOf } from '../../../test/faults/support/processes.ts';
import { abortAtAnyMoment, timed } from '../../core/test/support/abort-at-any-moment.ts';
import { deathOfSecond, deaths } from '../../core/test/support/deaths.ts';
import { startHost } from '../../core/test/support/host.ts';
import { type Bench, expectOnly, expectQuiet, makeBench, pidsOf, snapshotsIn, snapshotsOf } from './support/bench.ts';

async function expectNextBackupWorks(bench: Bench): Promise<void> {
  const { repositories } = await backup(bench.config());
  const listed = await listArchives(bench.config(), { verify: true });
  expect(listed.at(-1)).toMatchObject({ name: repositories[0]?.archive, status: 'complete' });
  await restore(bench.config(), { archive: 'latest' });
  await expectQuiet(bench);
}

test.each(Object.keys(deaths))('when a dump %s, no archive appears and nothing is left', async (title) => {
  const bench = await makeBench();
  const { dump, onEvent } = deathOfSecond(bench.directory, title);
  const failing = bench.config([{ name: 'one' }, { name: 'two', dump }]);
  await expect(backup(failing, { onEvent })).rejects.toMatchObject({
    code: 'DUMP_FAILED',
    report: { databases: [{ status: 'ok' }, { status: 'failed' }], repositories: [{ status: 'failed' }] },
  });
  await expectOnly(bench);
  await expectNextBackupWorks(bench);
});

test('a failed dump that is passed over is not in the archive', async () => {
  const bench = await makeBench();
  const config = bench.config([{ name: 'one' }, { name: 'two', dump: 'head -c 1000000 "$1"; exit 3' }]);
  const failure = await backup(config, { onDumpFailure: 'continue' }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'DUMP_FAILED', report: { repositories: [{ status: 'ok' }] } });
  const [archive] = await listArchives(bench.config());
  expect(archive).toMatchObject({ status: 'complete', databases: [{ name: 'one' }] });
  await expectOnly(bench, snapshotsOf(archive?.name as string, 'one'));
  await restore(bench.config(), { archive: 'latest', databases: ['one'] });
});

/** Kills a restic of the call whose command line has this text, and waits for what becomes of the call. */
async function killed(bench: Bench, text: string): Promise<unknown> {
  const config = bench.config([{ name: 'one', dump: 'head -c 1000000 "$1"; sleep 60' }]);
  let struck = 0;
  const failure = await backup(config, {
    onEvent: ({ type }) => {
      if (type !== 'database-progress' || struck > 0) return;
      for (const pid of pidsOf(bench.directory, text)) {
        process.kill(pid, 'SIGKILL');
        struck++;
      }
    },
  }).catch((error: unknown) => error);
  expect(struck).toBe(1);
  return failure;
}

test.each([
  ['that stores a dump', 'item:dumpstream/files/localhost/one'],
  ['that holds the lock', '--stdin-filename=lease'],
])('when the restic %s is killed, the backup fails at once and no archive appears', async (_, text) => {
  const bench = await makeBench();
  expect(await killed(bench, text)).toMatchObject({
    code: 'REPOSITORY_FAILED',
    repository: bench.place.path,
    message: expect.stringContaining('SIGKILL'),
  });
  expect(await snapshotsIn(bench)).toEqual([]);
  expect(processesOf(bench.directory)).toEqual([]);
  // What is killed cannot remove its lock: whoever needs the repository alone removes it.
  await compact(bench.config());
  await expectOnly(bench);
  await expectNextBackupWorks(bench);
});

test('a backup that is aborted at any moment rejects with ABORTED and leaves nothing, or has succeeded', async () => {
  const bench = await makeBench();
  const config = bench.config([
    { name: 'one', dump: 'head -c 1000000 "$1"; sleep 0.1; tail -c +1000001 "$1"' },
    { name: 'two' },
  ]);
  const done: string[] = [];
  const call = async (signal?: AbortSignal) => {
    const { repositories } = await backup(config, signal === undefined ? {} : { signal });
    done.push(repositories[0]?.archive as string);
  };
  const first = await timed(call);
  const whole = () => done.flatMap((name) => snapshotsOf(name, 'one', 'two'));
  const aborted = await abortAtAnyMoment({ rounds: 12, first, call, after: () => expectOnly(bench, whole()) });
  expect(aborted).toBeGreaterThan(4);
  for (const { status } of await listArchives(config, { verify: true })) expect(status).toBe('complete');
}, 300_000);

const built = join(import.meta.dirname, '../dist/index.js');
const hostOf = (bench: Bench, databases: readonly object[]) => startHost(bench.plain(databases), built);

async function expectProcessesGone(bench: Bench): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (processesOf(bench.directory).length > 0 && Date.now() < deadline) await wait(50);
  expect(processesOf(bench.directory)).toEqual([]);
  // For restic a process lives that is dead and not yet reaped, which is up to the machine's first process here.
  await bench.restic('unlock', '--remove-all');
}

test('a host that is killed at any moment leaves a whole archive or none, and no process', async () => {
  const bench = await makeBench(undefined, { one: 300_000 });
  const began = performance.now();
  await once(hostOf(bench, [{ name: 'one', dump: 'cat "$1"' }]), 'exit');
  const whole = performance.now() - began;
  const rounds = 8;
  let kept = 1;
  for (let round = 0; round < rounds; round++) {
    const host = hostOf(bench, [{ name: 'one', dump: 'cat "$1"' }]);
    const timer = setTimeout(() => host.kill('SIGKILL'), whole * (0.3 + (0.8 * (round + Math.random())) / rounds));
    await once(host, 'exit');
    clearTimeout(timer);
    await expectProcessesGone(bench);
    const archives = await listArchives(bench.config(), { verify: true });
    for (const { status } of archives) expect(status).toBe('complete');
    expect([kept, kept + 1]).toContain(archives.length);
    kept = archives.length;
  }
  await compact(bench.config());
  const left = (await listArchives(bench.config())).flatMap(({ name }) => snapshotsOf(name, 'one'));
  await expectOnly(bench, left);
  await expectNextBackupWorks(bench);
}, 300_000);

/** What a host leaves that dies between two snapshots: a whole dump, and no archive. */
async function leaveIncomplete(bench: Bench): Promise<void> {
  const done = join(bench.directory, 'one-is-done');
  const before = (await snapshotsIn(bench)).length;
  const host = hostOf(bench, [
    { name: 'one', dump: 'cat "$1"' },
    { name: 'two', dump: `touch ${done}; exec sleep 60` },
  ]);
  while (!existsSync(done) || (await snapshotsIn(bench)).length === before) await wait(200);
  host.kill('SIGKILL');
  await once(host, 'exit');
  await expectProcessesGone(bench);
}

test('a run without a record is no archive, is never the latest, and is removed by prune', async () => {
  const bench = await makeBench();
  const { repositories } = await backup(bench.config());
  const archive = repositories[0]?.archive as string;
  await leaveIncomplete(bench);
  const orphan = 'item:dumpstream/files/localhost/one';
  expect(await snapshotsIn(bench)).toEqual([...snapshotsOf(archive, 'one', 'two'), orphan].sort());
  expect((await listArchives(bench.config())).map(({ name }) => name)).toEqual([archive]);
  const file = join(bench.data, 'two');
  const whole = readFileSync(file);
  writeFileSync(file, 'lost');
  await restore(bench.config(), { archive: 'latest', databases: ['two'] });
  expect(readFileSync(file).equals(whole)).toBe(true);

  await prune(bench.config(), { keepLast: 1 });

  await expectOnly(bench, snapshotsOf(archive, 'one', 'two'));
});

test('what a living run has stored is left alone, and compact says that the repository is in use', async () => {
  const bench = await makeBench();
  const go = join(bench.directory, 'go');
  const slow = bench.config([
    { name: 'one' },
    { name: 'two', dump: `while ! test -e ${go}; do sleep 0.1; done; cat "$1"` },
  ]);
  const first = backup(slow);
  while ((await snapshotsIn(bench)).length < 1) await wait(200);

  await backup(bench.config());
  await prune(bench.config(), { keepLast: 5 });
  await expect(compact(bench.config())).rejects.toMatchObject({
    code: 'REPOSITORY_LOCKED',
    repository: bench.place.path,
    report: { repositories: [{ status: 'failed' }] },
  });
  writeFileSync(go, '');
  await first;

  expect((await listArchives(bench.config(), { verify: true })).map(({ status }) => status)).toEqual([
    'complete',
    'complete',
  ]);
  await restore(bench.config(), { archive: 'latest' });
});
