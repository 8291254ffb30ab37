import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  backup,
  type Event,
  initRepository,
  listArchives,
  type PruneReport,
  parseConfig,
  prune,
} from '@dumpstream/core';
import { memoryRepository } from '@dumpstream/core/testing';
import { describe, expect, test } from '@jest/globals';
import { blocksOf } from '../../../test/support/guides.ts';
import { tempDir } from '../../../test/support/servers.ts';
import { archiveName, defaultFormat } from '../src/archive-name.ts';
import { formatComment } from '../src/comment.ts';
import { manifestPath } from '../src/manifest.ts';
import { filesHook } from './support/files-hook.ts';
import { makeArchive, ref } from './support/made-archives.ts';
import { archiveNames, borg, expectNothingLeft, type Workbench, workbench } from './support/workbench.ts';

const format = 'nightly-{now:%Y-%m-%d}';

/** Days of March 2026, at noon. */
function at(day: number): { readonly time: string; readonly name: string } {
  const date = `2026-03-${String(day).padStart(2, '0')}`;
  return { time: `${date}T12:00:00Z`, name: `nightly-${date}` };
}

function configOf(bench: Workbench, more: object = {}, databases: readonly object[] = [{ name: 'one' }]) {
  return parseConfig({ ...bench.plain(databases), archive_name_format: format, ...more }, { hooks: [filesHook()] });
}

function whys({ repositories: [first] }: PruneReport): [name: string, action: string, why: string][] {
  return first?.archives.map(({ name, action, why }) => [name, action, why]) ?? [];
}

test('what no rule keeps goes, the report says of each archive why, and pruned again nothing goes', async () => {
  const bench = await workbench({ one: 1_000 });
  for (const day of [1, 2, 3, 4]) await makeArchive(bench.repository, at(day).name, at(day));
  const config = configOf(bench);
  const events: Event[] = [];

  const planned = await prune(config, { keepLast: 1, keepDaily: 1, dryRun: true });
  expect(planned.repositories).toMatchObject([{ repository: bench.repository, status: 'skipped' }]);
  expect(archiveNames(bench.repository)).toHaveLength(4);

  const report = await prune(config, { keepLast: 1, keepDaily: 1, onEvent: (event) => events.push(event) });

  expect(report.repositories[0]?.archives).toEqual(planned.repositories[0]?.archives);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(report).toMatchObject({
    repositories: [
      {
        repository: bench.repository,
        status: 'ok',
        archives: [
          { name: at(1).name, action: 'remove', why: 'no-rule' },
          { name: at(2).name, action: 'remove', why: 'no-rule' },
          { name: at(3).name, action: 'keep', why: 'daily', number: 1 },
          {
            name: at(4).name,
            time: '2026-03-04T12:00:00.000Z',
            status: 'complete',
            action: 'keep',
            why: 'last',
            number: 1,
          },
        ],
      },
    ],
    warnings: [],
  });
  expect(archiveNames(bench.repository)).toEqual([at(3).name, at(4).name]);
  expect(
    events.map((event) => ('phase' in event ? [event.verb, event.type, event.phase, event.repository] : event)),
  ).toEqual([
    ['prune', 'phase-start', 'prepare', bench.repository],
    ['prune', 'phase-end', 'prepare', bench.repository],
    ['prune', 'phase-start', 'remove', bench.repository],
    ['prune', 'phase-end', 'remove', bench.repository],
  ]);
  expect(whys(await prune(config, { keepLast: 1, keepDaily: 1 }))).toEqual([
    [at(3).name, 'keep', 'daily'],
    [at(4).name, 'keep', 'last'],
  ]);
  expectNothingLeft(bench, [at(3).name, at(4).name]);
});

test('archives of the library itself are pruned by the rules of the configuration, the call winning, and compacted', async () => {
  const bench = await workbench({ one: 500_000 });
  const config = parseConfig({ ...bench.plain([{ name: 'one' }]), keep_last: 3 }, { hooks: [filesHook()] });
  const made: string[] = [];
  for (let round = 0; round < 3; round++) {
    await writeFile(join(bench.directory, 'data/one'), Buffer.alloc(500_000, `${round}${Math.random()}`));
    made.push((await backup(config)).repositories[0]?.archive as string);
  }
  expect(whys(await prune(config)).map(([, action]) => action)).toEqual(['keep', 'keep', 'keep']);
  const report = await prune(config, { keepLast: 1, compact: true });
  expect((await listArchives(config)).map(({ name }) => name)).toEqual(made.slice(2));
  expect(report.repositories[0]?.freedBytes).toBeGreaterThan(100);
});

test('the archive of a report that the guide shows is like those of a report', async () => {
  const bench = await workbench({ one: 1_000 });
  await makeArchive(bench.repository, at(1).name, at(1));
  const [shown = ''] = await blocksOf('retention.md', 'json');
  const [result] = (await prune(configOf(bench), { keepDaily: 1 })).repositories;
  expect(result?.archives).toEqual([
    { ...JSON.parse(shown), name: at(1).name, id: expect.any(String), time: expect.any(String) },
  ]);
});

test('what is not complete goes, though the rules would keep it and its comment is good; what is kept is complete', async () => {
  const bench = await workbench({ one: 1_000 });
  for (const day of [1, 2, 3, 4]) {
    await makeArchive(bench.repository, at(day).name, { ...at(day), whole: day === 1 || day === 3 });
  }
  const report = await prune(configOf(bench), { keepLast: 2 });
  expect(report.repositories[0]?.archives).toMatchObject([
    { name: at(1).name, status: 'complete', action: 'keep', why: 'last' },
    { name: at(2).name, status: 'incomplete', action: 'remove', why: 'incomplete' },
    { name: at(3).name, status: 'complete', action: 'keep', why: 'last' },
    { name: at(4).name, status: 'incomplete', action: 'remove', why: 'incomplete' },
  ]);
  expect(archiveNames(bench.repository)).toEqual([at(1).name, at(3).name]);
});

test('where nothing is complete nothing goes, and the newest complete one stays however old it is', async () => {
  const bench = await workbench({ one: 1_000 });
  for (const day of [1, 2]) await makeArchive(bench.repository, at(day).name, { ...at(day), whole: false });
  const config = configOf(bench);
  expect(whys(await prune(config, { keepLast: 1 }))).toEqual([
    [at(1).name, 'keep', 'nothing-complete'],
    [at(2).name, 'keep', 'nothing-complete'],
  ]);
  for (const day of [3, 4]) await makeArchive(bench.repository, at(day).name, at(day));
  await makeArchive(bench.repository, at(5).name, { ...at(5), whole: false });
  expect(whys(await prune(config, { keepWithin: '1H' })).slice(2)).toEqual([
    [at(3).name, 'remove', 'no-rule'],
    [at(4).name, 'keep', 'last-complete'],
    [at(5).name, 'remove', 'incomplete'],
  ]);
});

test('the last dump of a database that has failed ever since stays', async () => {
  const bench = await workbench({ one: 1_000, two: 1_000 });
  const databases = [ref('one'), ref('two')];
  await makeArchive(bench.repository, at(1).name, { ...at(1), databases });
  await makeArchive(bench.repository, at(2).name, { ...at(2), databases });
  for (const day of [3, 4]) await makeArchive(bench.repository, at(day).name, { ...at(day), failed: [ref('two')] });
  const config = configOf(bench, {}, [{ name: 'one' }, { name: 'two' }]);
  expect(whys(await prune(config, { keepLast: 1 }))).toEqual([
    [at(1).name, 'remove', 'no-rule'],
    [at(2).name, 'keep', 'last-dump'],
    [at(3).name, 'remove', 'no-rule'],
    [at(4).name, 'keep', 'last'],
  ]);
});

test('while the server of an entry `all` cannot be listed, the last dumps of all that it had stay', async () => {
  const bench = await workbench({ one: 1_000 });
  const away = ref('three', { hostname: 'elsewhere' });
  await makeArchive(bench.repository, at(1).name, { ...at(1), databases: [ref('one'), ref('two')] });
  await makeArchive(bench.repository, at(2).name, { ...at(2), databases: [ref('one'), ref('two'), away] });
  await makeArchive(bench.repository, at(3).name, {
    ...at(3),
    databases: [ref('one'), away],
    failed: [ref('two')],
  });
  for (const day of [4, 5]) {
    await makeArchive(bench.repository, at(day).name, { ...at(day), databases: [away], failed: [ref('all')] });
  }
  const hooks = [filesHook({ list: async () => [] })];
  const plain = bench.plain([{ name: 'all' }, { name: 'three', hostname: 'elsewhere' }]);
  const config = parseConfig({ ...plain, archive_name_format: format }, { hooks });
  expect(whys(await prune(config, { keepLast: 1 }))).toEqual([
    [at(1).name, 'remove', 'no-rule'],
    [at(2).name, 'keep', 'last-dump'],
    [at(3).name, 'keep', 'last-dump'],
    [at(4).name, 'remove', 'no-rule'],
    [at(5).name, 'keep', 'last'],
  ]);
});

test('a database that has failed is none that an archive has, where the comment does not name them', async () => {
  const bench = await workbench({ one: 1_000, two: 1_000 });
  await makeArchive(bench.repository, at(1).name, { ...at(1), databases: [ref('one'), ref('two')] });
  for (const day of [2, 3]) await makeArchive(bench.repository, at(day).name, { ...at(day), failed: [ref('two')] });
  const comment = JSON.stringify({ dumpstream: 1, host: hostname() }).replace(/[{}]/g, '$&$&');
  for (const day of [1, 2, 3]) borg('recreate', '--comment', comment, `${bench.repository}::${at(day).name}`);
  const config = configOf(bench, {}, [{ name: 'one' }, { name: 'two' }]);
  expect(whys(await prune(config, { keepLast: 1 }))).toEqual([
    [at(1).name, 'keep', 'last-dump'],
    [at(2).name, 'remove', 'no-rule'],
    [at(3).name, 'keep', 'last'],
  ]);
});

describe('of a repository that several share', () => {
  test('what other tools, hosts, configurations and formats of names have made stays and counts nowhere', async () => {
    const bench = await workbench({ one: 1_000, two: 1_000 });
    const { repository } = bench;
    const make = (day: number, more: object = {}) => makeArchive(repository, at(day).name, { ...at(day), ...more });
    await make(1);
    await make(2);
    await make(3, { host: 'another' });
    await make(4, { databases: [ref('two')] });
    await make(5, { databases: [ref('one', { hostname: 'db.example.org' })] });
    await makeArchive(repository, 'weekly-2026-03-06', at(6));
    await makeArchive(repository, `${at(6).name}-b`, { time: '2026-03-06T13:00:00Z' });
    await writeFile(join(bench.directory, 'a file'), 'of somebody else');
    borg(
      'create',
      '--timestamp',
      '2026-03-07T12:00:00',
      `${repository}::${at(7).name}`,
      join(bench.directory, 'a file'),
    );

    expect(whys(await prune(configOf(bench), { keepLast: 1 }))).toEqual([
      [at(1).name, 'remove', 'no-rule'],
      [at(2).name, 'keep', 'last'],
      [at(3).name, 'keep', 'other-host'],
      [at(4).name, 'keep', 'other-databases'],
      [at(5).name, 'keep', 'other-databases'],
      ['weekly-2026-03-06', 'keep', 'other-name'],
      [`${at(6).name}-b`, 'keep', 'other-name'],
      [at(7).name, 'keep', 'foreign'],
    ]);
    expect(archiveNames(repository)).toHaveLength(7);
    expect(whys(await prune(configOf(bench), { keepLast: 1, anyHost: true })).slice(0, 2)).toEqual([
      [at(2).name, 'remove', 'no-rule'],
      [at(3).name, 'keep', 'last'],
    ]);
    // Without databases of its own a configuration stands for all.
    expect(
      whys(await prune(configOf(bench, {}, []), { keepLast: 1, dryRun: true, anyHost: true })).slice(0, 3),
    ).toEqual([
      [at(3).name, 'remove', 'no-rule'],
      [at(4).name, 'remove', 'no-rule'],
      [at(5).name, 'keep', 'last'],
    ]);
  });

  test('the host is part of the usual name, and two hosts do not remove from each other', async () => {
    const bench = await workbench({ one: 1_000 });
    const config = bench.config([{ name: 'one' }]);
    const [own = ''] = hostname().split('.');
    for (const host of [own, `${own}-2`]) {
      for (const day of ['01', '02']) {
        const time = `2026-03-${day}T1${host === own ? 2 : 3}:00:00`;
        await makeArchive(bench.repository, `${host}-${time}.000000`, {
          time: `${time}Z`,
          host: host === own ? hostname() : host,
        });
      }
    }
    const { archives } = (await prune(config, { keepLast: 1 })).repositories[0] as PruneReport['repositories'][number];
    expect(archives.map(({ name, why }) => [name.startsWith(`${own}-2-`), why])).toEqual([
      [false, 'no-rule'],
      [true, 'other-name'],
      [false, 'last'],
      [true, 'other-name'],
    ]);
    expect(whys(await prune(config, { keepLast: 1, anyHost: true, dryRun: true })).map(([, , why]) => why)).toEqual([
      'no-rule',
      'no-rule',
      'last',
    ]);
  });
});

test('archives of source_directories stay and go with the dumps of their run', async () => {
  const bench = await workbench({ one: 1_000 });
  const { repository } = bench;
  for (const day of [1, 2, 3]) {
    await makeArchive(repository, at(day).name, at(day));
    await makeArchive(repository, `${at(day).name}-files`, { ...at(day), databases: [], whole: false });
  }
  await makeArchive(repository, `${at(9).name}-files`, { ...at(9), databases: [], whole: false });
  const report = await prune(configOf(bench), { keepLast: 2 });
  expect(whys(report).sort()).toEqual([
    [at(1).name, 'remove', 'no-rule'],
    [`${at(1).name}-files`, 'remove', 'no-rule'],
    [at(2).name, 'keep', 'last'],
    [`${at(2).name}-files`, 'keep', 'last'],
    [at(3).name, 'keep', 'last'],
    [`${at(3).name}-files`, 'keep', 'last'],
    [`${at(9).name}-files`, 'keep', 'files-alone'],
  ]);
  expect(archiveNames(repository)).toHaveLength(5);
});

test.each([
  [{}, /not told what to keep/],
  [{ keepDaily: 0 }, /not told what to keep/],
  [{ keepDaily: Number.NaN }, /keepDaily: NaN/],
  [{ keepDaily: 1.5 }, /keepDaily: 1.5/],
  [{ keepDaily: '7' as unknown as number }, /keepDaily: 7/],
  [{ keepWithin: '3 days', keepLast: -2 }, /keepLast: -2, keepWithin: 3 days/],
])('rules such as %p are CONFIG_INVALID, and nothing is touched', async (rules, message) => {
  const bench = await workbench({ one: 1_000 });
  await expect(prune(configOf(bench), rules)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(message),
    report: { repositories: [] },
  });
});

test('a rule of the configuration that cannot be is CONFIG_INVALID with its place', () => {
  const given = { repositories: ['a'], retention: { keep_daily: 'many', keep_within: '3 days' } };
  expect(() => parseConfig(given, { hooks: [] })).toThrow(/retention\.keep_daily.*[\s\S]*retention\.keep_within/);
});

describe('of several repositories', () => {
  async function twoInMemory() {
    const memory = memoryRepository();
    const bench = await workbench({ one: 1_000 });
    const plain = {
      ...bench.plain([{ name: 'one' }]),
      repositories: ['memory:one', { path: 'memory:two', label: 'away' }],
      store_config_files: false,
    };
    const config = parseConfig(plain, { hooks: [filesHook()], repositories: [memory] });
    for (const repository of ['memory:one', 'away']) await initRepository(config, { repository, encryption: 'none' });
    for (let round = 0; round < 2; round++) await backup(config);
    return { memory, config };
  }

  test('one that fails does not spoil the other, and the call rejects with the report', async () => {
    const { memory, config } = await twoInMemory();
    memory.inject({ during: 'remove' });
    await expect(prune(config, { keepLast: 1 })).rejects.toMatchObject({
      code: 'REPOSITORY_FAILED',
      repository: 'memory:one',
      report: {
        repositories: [
          {
            status: 'failed',
            archives: [{ action: 'remove' }, { action: 'keep' }],
            error: { code: 'REPOSITORY_FAILED' },
          },
          { status: 'ok', archives: [{ action: 'remove' }, { action: 'keep' }] },
        ],
      },
    });
    expect([memory.archives('memory:one').length, memory.archives('memory:two').length]).toEqual([2, 1]);
  });

  test('files go first, then what is not complete, where the engine comes to an end half-way', async () => {
    const { memory, config } = await twoInMemory();
    const order: string[] = [];
    const provider = {
      ...memory,
      open: (...settings: Parameters<typeof memory.open>) => ({
        ...memory.open(...settings),
        remove: async (archives: readonly { name: string }[]) => void order.push(...archives.map(({ name }) => name)),
      }),
    };
    const name = archiveName(defaultFormat, new Date());
    const plan = { name, comment: formatComment([ref('one')]), paths: [], manifestPath };
    const context = { directory: await tempDir(), signal: new AbortController().signal, warn: () => {} };
    const writer = await memory.open({ path: 'memory:two' }, {}).write(plan, context);
    await writer.commit('cut o');
    const oldest = memory.archives('memory:two')[0]?.name as string;
    const about = { name: `${oldest}-files`, comment: formatComment([]), excludes: [], leaveOut: [] };
    await memory.open({ path: 'memory:two' }, {}).writeFiles({ ...about, paths: [context.directory] }, context);
    await prune({ ...config, providers: [provider] }, { keepLast: 1, repository: 'away' });
    expect(order).toEqual([`${oldest}-files`, name, oldest]);
  });

  test('the one that is chosen is pruned', async () => {
    const { memory, config } = await twoInMemory();
    const report = await prune(config, { keepLast: 1, repository: 'away' });
    expect(report.repositories).toMatchObject([{ repository: 'memory:two', status: 'ok' }]);
    expect([memory.archives('memory:one').length, memory.archives('memory:two').length]).toEqual([2, 1]);
    await expect(prune(config, { keepLast: 1, repository: 'nowhere' })).rejects.toMatchObject({
      code: 'REPOSITORY_MISSING',
    });
  });

  test('an abort leaves the rest as it was', async () => {
    const { memory, config } = await twoInMemory();
    const controller = new AbortController();
    memory.inject({ during: 'remove', outcome: 'hang', notify: () => controller.abort(new Error('enough')) });
    await expect(prune(config, { keepLast: 1, signal: controller.signal })).rejects.toMatchObject({
      code: 'ABORTED',
      cause: { message: 'enough' },
      report: {
        repositories: [
          { status: 'failed', error: { code: 'ABORTED' } },
          { status: 'skipped', archives: [] },
        ],
      },
    });
    expect(memory.archives()).toHaveLength(4);
  });
});

test('aborted while Borg removes, nothing is left, and the next call goes on', async () => {
  const bench = await workbench({ one: 1_000 });
  for (const day of [1, 2, 3]) await makeArchive(bench.repository, at(day).name, at(day));
  const controller = new AbortController();
  const onEvent = (event: Event) => {
    if (event.type === 'phase-start' && event.phase === 'remove') setTimeout(() => controller.abort(), 150);
  };
  await expect(prune(configOf(bench), { keepLast: 1, signal: controller.signal, onEvent })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  expect(archiveNames(bench.repository)).toContain(at(3).name);
  await prune(configOf(bench), { keepLast: 1 });
  expectNothingLeft(bench, [at(3).name]);
});
