import { join } from 'node:path';
import { backup, type CheckReport, check, type Event, initRepository, parseConfig } from '@dumpstream/core';
import { memoryRepository } from '@dumpstream/core/testing';
import { expect, test } from '@jest/globals';
import { damageBorg } from './support/damage.ts';
import { filesHook } from './support/files-hook.ts';
import { expectNothingLeft, pidsNaming, workbench } from './support/workbench.ts';

test('a sound repository is reported as such, with and without its data', async () => {
  const bench = await workbench({ one: 1_000_000 });
  const config = bench.config([{ name: 'one' }]);
  const [archive] = (await backup(config)).repositories.map((result) => result.archive) as [string];
  const events: Event[] = [];
  const report = await check(config, { onEvent: (event) => events.push(event) });
  expect(report.repositories).toEqual([{ repository: bench.repository, status: 'ok', problems: [] }]);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(await check(config, { verifyData: true })).toMatchObject({ repositories: [{ status: 'ok' }] });
  expect(events).toMatchObject([
    { verb: 'check', type: 'phase-start', phase: 'check', repository: bench.repository },
    { verb: 'check', type: 'phase-end', phase: 'check', status: 'ok' },
  ]);
  expectNothingLeft(bench, [archive]);
});

test('damage is REPOSITORY_FAILED with what is wrong, and the other repository is checked all the same', async () => {
  const bench = await workbench({ one: 1_000_000 });
  const memory = memoryRepository();
  const plain = { ...bench.plain([{ name: 'one' }]), repositories: [bench.repository, 'memory:one'] };
  const config = parseConfig(plain, { hooks: [filesHook()], repositories: [memory] });
  await initRepository(config, { repository: 'memory:one', encryption: 'none' });
  await backup(config);
  damageBorg(bench.repository);
  const error = await check(config).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'REPOSITORY_FAILED',
    message: expect.stringMatching(
      /^.*\/repository is damaged: Data integrity error: .*checksum mismatch.* \(and \d+ more\)$/,
    ),
    repository: bench.repository,
    report: {
      repositories: [
        { status: 'failed', problems: expect.arrayContaining([expect.stringMatching(/checksum mismatch/)]) },
        { status: 'ok', problems: [] },
      ],
    },
  });
  const { report } = error as { report: CheckReport };
  expect(report.repositories[0]?.error?.code).toBe('REPOSITORY_FAILED');
});

test('what keeps it from looking is no damage', async () => {
  const bench = await workbench();
  const config = parseConfig(
    { ...bench.plain([]), repositories: [join(bench.directory, 'nowhere')] },
    { hooks: [filesHook()] },
  );
  await expect(check(config)).rejects.toMatchObject({
    code: 'REPOSITORY_MISSING',
    report: { repositories: [{ status: 'failed', problems: [] }] },
  });
});

test('an abort ends Borg', async () => {
  const bench = await workbench({ one: 3_000_000 });
  const config = bench.config([{ name: 'one' }]);
  const [archive] = (await backup(config)).repositories.map((result) => result.archive) as [string];
  const controller = new AbortController();
  const promise = check(config, { verifyData: true, signal: controller.signal });
  const own = () => pidsNaming(bench.repository).filter((pid) => pidsNaming('check --log-json').includes(pid));
  while (own().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  await expect(promise).rejects.toMatchObject({ code: 'ABORTED' });
  expectNothingLeft(bench, [archive]);
});
