import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, deleteArchive, type Event, initRepository, listArchives, parseConfig } from '@dumpstream/core';
import { memoryRepository } from '@dumpstream/core/testing';
import { expect, test } from '@jest/globals';
import { filesHook } from './support/files-hook.ts';
import { makeArchive } from './support/made-archives.ts';
import { archiveNames, borg, expectNothingLeft, workbench } from './support/workbench.ts';

test('the archive of that name or id goes, and no other; a foreign one, too', async () => {
  const bench = await workbench({ one: 500_000 });
  const { repository } = bench;
  const config = bench.config([{ name: 'one' }]);
  for (const name of ['first', 'second', 'third', 'odd{now}'])
    await makeArchive(repository, name.replace(/[{}]/g, '$&$&'));
  await writeFile(join(bench.directory, 'a file'), 'of somebody else');
  borg('create', `${repository}::other`, join(bench.directory, 'a file'));
  const second = (await listArchives(config)).find(({ name }) => name === 'second');
  const events: Event[] = [];

  const report = await deleteArchive(config, { archive: 'first', onEvent: (event) => events.push(event) });

  expect(report).toMatchObject({
    repository,
    archive: 'first',
    id: expect.stringMatching(/^[0-9a-f]{64}$/),
    warnings: [],
  });
  expect(report).not.toHaveProperty('freedBytes');
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(events.map((event) => ('phase' in event ? [event.verb, event.type, event.phase] : event))).toEqual([
    ['deleteArchive', 'phase-start', 'prepare'],
    ['deleteArchive', 'phase-end', 'prepare'],
    ['deleteArchive', 'phase-start', 'remove'],
    ['deleteArchive', 'phase-end', 'remove'],
  ]);
  expect(await deleteArchive(config, { archive: second?.id ?? '', compact: true })).toMatchObject({
    archive: 'second',
    freedBytes: expect.any(Number),
  });
  await deleteArchive(config, { archive: 'other' });
  await deleteArchive(config, { archive: 'odd{now}' });
  expectNothingLeft(bench, ['third']);
});

test('the last complete one goes, too, with a warning', async () => {
  const bench = await workbench({ one: 1_000 });
  const config = bench.config([{ name: 'one' }]);
  await makeArchive(bench.repository, 'only');
  const { warnings } = await deleteArchive(config, { archive: 'only' });
  expect(warnings).toEqual([`${bench.repository} holds no complete archive any more`]);
  expect(archiveNames(bench.repository)).toEqual([]);
});

test.each(['latest', 'fir', '', 'first.checkpoint', '*'])('%p is the name of no archive', async (archive) => {
  const bench = await workbench({ one: 1_000 });
  await makeArchive(bench.repository, 'first');
  await expect(deleteArchive(bench.config([{ name: 'one' }]), { archive })).rejects.toMatchObject({
    code: 'ARCHIVE_NOT_FOUND',
    repository: bench.repository,
    hint: expect.stringContaining('listArchives()'),
    report: { repository: bench.repository, archive: '' },
  });
  expect(archiveNames(bench.repository)).toEqual(['first']);
});

test('where several repositories are configured, one has to be chosen', async () => {
  const bench = await workbench({ one: 1_000 });
  const memory = memoryRepository();
  const plain = {
    ...bench.plain([{ name: 'one' }]),
    repositories: ['memory:one', { path: 'memory:two', label: 'away' }],
  };
  const config = parseConfig(plain, { hooks: [filesHook()], repositories: [memory] });
  for (const repository of ['memory:one', 'away']) await initRepository(config, { repository, encryption: 'none' });
  const [archive] = (await backup(config)).repositories.map((result) => result.archive) as [string];
  await expect(deleteArchive(config, { archive })).rejects.toMatchObject({ code: 'REPOSITORY_AMBIGUOUS' });
  expect(memory.archives()).toHaveLength(2);
  await deleteArchive(config, { archive, repository: 'away' });
  expect([memory.archives('memory:one').length, memory.archives('memory:two').length]).toEqual([1, 0]);
});

test('a failure after the archive was found names it in the report, and an abort leaves it', async () => {
  const bench = await workbench({ one: 1_000 });
  const memory = memoryRepository();
  const plain = { ...bench.plain([{ name: 'one' }]), repositories: ['memory:one'] };
  const config = parseConfig(plain, { hooks: [filesHook()], repositories: [memory] });
  await initRepository(config, { encryption: 'none' });
  const [archive] = (await backup(config)).repositories.map((result) => result.archive) as [string];
  const controller = new AbortController();
  memory.inject({ during: 'remove', outcome: 'hang', notify: () => controller.abort() });
  await expect(deleteArchive(config, { archive, signal: controller.signal })).rejects.toMatchObject({
    code: 'ABORTED',
    report: { repository: 'memory:one', archive },
  });
  memory.inject({ during: 'remove' });
  await expect(deleteArchive(config, { archive })).rejects.toMatchObject({
    code: 'REPOSITORY_FAILED',
    repository: 'memory:one',
    report: { archive },
  });
  expect(memory.archives()).toHaveLength(1);
  expect(memory.pending).toEqual([]);
});
