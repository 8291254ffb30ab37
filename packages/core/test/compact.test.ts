import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, compact, deleteArchive, type Event, initRepository, parseConfig } from '@dumpstream/core';
import { memoryRepository } from '@dumpstream/core/testing';
import { expect, test } from '@jest/globals';
import { filesHook } from './support/files-hook.ts';
import { archiveNames, expectNothingLeft, workbench } from './support/workbench.ts';

test('the space of what was removed is given back, and told', async () => {
  const bench = await workbench({ one: 2_000_000 });
  const config = bench.config([{ name: 'one' }]);
  const [archive] = (await backup(config)).repositories.map((result) => result.archive) as [string];
  await deleteArchive(config, { archive });
  const events: Event[] = [];
  const report = await compact(config, { onEvent: (event) => events.push(event) });
  const [result] = report.repositories;
  expect(result).toMatchObject({ repository: bench.repository, status: 'ok' });
  expect(result?.freedBytes).toBeGreaterThan(1_900_000);
  expect(result?.freedBytes).toBeLessThan(2_200_000);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(events).toMatchObject([
    { verb: 'compact', type: 'phase-start', phase: 'compact', repository: bench.repository },
    { verb: 'compact', type: 'phase-end', phase: 'compact', status: 'ok' },
  ]);
  expectNothingLeft(bench);
});

test('what an interrupted backup of ours left goes, and what another program left stays', async () => {
  const bench = await workbench({ one: 1_000 });
  const interrupt = (name: string, comment: readonly string[]) => {
    const script = 'head -c 9000000 /dev/urandom; sleep 1; head -c 9000000 /dev/urandom; kill -TERM $PPID; sleep 2';
    const args = ['create', '--checkpoint-interval', '1', '--chunker-params', '10,23,16,4095', ...comment];
    expect(() =>
      execFileSync(
        'borg',
        [...args, '--content-from-command', '--', `${bench.repository}::${name}`, 'sh', '-c', script],
        {
          env: { ...process.env, BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes' },
          stdio: 'pipe',
        },
      ),
    ).toThrow();
  };
  interrupt('ours', ['--comment', '{{"dumpstream":1,"databases":[]}}']);
  interrupt('theirs', ['--comment', 'by hand']);
  expect(archiveNames(bench.repository)).toEqual(['ours.checkpoint', 'theirs.checkpoint']);
  const [result] = (await compact(bench.config([{ name: 'one' }]))).repositories;
  expect(archiveNames(bench.repository)).toEqual(['theirs.checkpoint']);
  expect(result?.freedBytes).toBeGreaterThan(4_000_000);
});

test('a repository that is locked, or not there, fails, and the other is compacted', async () => {
  const bench = await workbench({ one: 1_000 });
  const memory = memoryRepository();
  const repositories = [bench.repository, 'memory:one', join(bench.directory, 'nowhere')];
  const plain = { ...bench.plain([{ name: 'one' }]), repositories };
  const config = parseConfig(plain, { hooks: [filesHook()], repositories: [memory] });
  await initRepository(config, { repository: 'memory:one', encryption: 'none' });
  mkdirSync(join(bench.repository, 'lock.exclusive'));
  writeFileSync(join(bench.repository, 'lock.exclusive', 'elsewhere@1.1-0'), '');
  await expect(compact(config)).rejects.toMatchObject({
    code: 'REPOSITORY_LOCKED',
    repository: bench.repository,
    report: {
      repositories: [
        { status: 'failed', error: { code: 'REPOSITORY_LOCKED' } },
        { status: 'ok', freedBytes: 0 },
        { status: 'failed', error: { code: 'REPOSITORY_MISSING' } },
      ],
    },
  });
  await rm(join(bench.repository, 'lock.exclusive'), { recursive: true });
  await compact(config, { repository: bench.repository });
});

test('an abort ends it', async () => {
  const bench = await workbench({ one: 1_000 });
  const controller = new AbortController();
  const onEvent = () => controller.abort(new Error('enough'));
  await expect(compact(bench.config([]), { signal: controller.signal, onEvent })).rejects.toMatchObject({
    code: 'ABORTED',
    cause: { message: 'enough' },
    report: { repositories: [{ status: 'failed' }] },
  });
  expectNothingLeft(bench);
});
