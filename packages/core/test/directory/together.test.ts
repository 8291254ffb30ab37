import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backup, initRepository, listArchives, parseConfig, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { filesHook } from '../support/files-hook.ts';
import { archiveNames } from '../support/workbench.ts';
import { makeBench, namesIn, processesUsing } from './support/bench.ts';

async function withBorg() {
  const bench = await makeBench();
  const borg = join(bench.directory, 'borg');
  const plain = (databases?: readonly object[]) => ({
    ...bench.plain(databases),
    repositories: [borg, { path: bench.repository, engine: 'directory', label: 'here' }],
  });
  const config = (databases?: readonly object[]) => parseConfig(plain(databases), { hooks: [filesHook()] });
  await initRepository(config(), { repository: borg, encryption: 'none' });
  return { ...bench, borg, config };
}

test('Borg and a directory get each dump from one run of the client, and both restore it', async () => {
  const bench = await withBorg();
  const count = join(bench.directory, 'dumps');
  const config = bench.config([{ name: 'one', dump: `echo dumped >> ${count}; cat "$1"` }, { name: 'two' }]);
  const before = readFileSync(join(bench.data, 'one'));

  expect((await backup(config)).repositories).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);

  expect(readFileSync(count, 'utf8')).toBe('dumped\n');
  for (const repository of [bench.borg, 'here']) {
    writeFileSync(join(bench.data, 'one'), 'lost');
    await restore(config, { archive: 'latest', repository });
    expect(readFileSync(join(bench.data, 'one')).equals(before)).toBe(true);
  }
});

test('a directory that gives way half-way does not spoil Borg, and the other way round', async () => {
  const bench = await withBorg();
  const config = bench.config([
    { name: 'one', dump: 'head -c 1000000 "$1"; sleep 1; tail -c +1000001 "$1"' },
    { name: 'two' },
  ]);
  const killing = (path: string) =>
    backup(config, {
      onEvent: ({ type }) => {
        if (type === 'database-progress') for (const pid of processesUsing(path)) process.kill(pid, 'SIGKILL');
      },
    }).catch((error: unknown) => error);

  expect(await killing(bench.repository)).toMatchObject({
    code: 'REPOSITORY_FAILED',
    report: { repositories: [{ status: 'ok' }, { status: 'failed' }] },
  });
  expect([archiveNames(bench.borg).length, namesIn(bench.repository)]).toEqual([1, []]);
  expect(await killing(bench.borg)).toMatchObject({
    code: 'REPOSITORY_FAILED',
    report: { repositories: [{ status: 'failed' }, { status: 'ok' }] },
  });
  expect([archiveNames(bench.borg).length, namesIn(bench.repository).length]).toEqual([1, 1]);
});

test('two backups at once both succeed', async () => {
  const bench = await makeBench();
  const reports = await Promise.all([backup(bench.config()), backup(bench.config()), backup(bench.config())]);
  expect((await listArchives(bench.config(), { verify: true })).map(({ status }) => status)).toEqual(
    reports.map(() => 'complete'),
  );
  for (const { repositories } of reports)
    await restore(bench.config(), { archive: repositories[0]?.archive as string });
});

test('of two at once with one name one succeeds, and its archive stays', async () => {
  const bench = await makeBench();
  const started = join(bench.directory, 'started');
  writeFileSync(started, '');
  // Each dump waits until both have begun.
  const dump = `echo >> ${started}; while test "$(wc -l < ${started})" -lt 2; do sleep 0.1; done; cat "$1"`;
  const config = parseConfig(
    { ...bench.plain([{ name: 'one', dump }]), archive_name_format: 'the-one' },
    { hooks: [filesHook()] },
  );
  const outcomes = await Promise.allSettled([backup(config), backup(config)]);
  const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  expect(failed).toMatchObject([{ code: 'REPOSITORY_FAILED', hint: expect.stringContaining('name') }]);
  expect(namesIn(bench.repository)).toEqual(['the-one']);
  appendFileSync(started, '\n\n');
  await restore(config, { archive: 'the-one' });
});
