import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ArchiveWriter,
  backup,
  type Config,
  initRepository,
  listArchives,
  parseConfig,
  type Repository,
  restore,
} from '@dumpstream/core';
import { memoryRepository } from '@dumpstream/core/testing';
import { expect, test } from '@jest/globals';
import { filesHook } from './support/files-hook.ts';
import { archiveNames, pidsNaming, processesNaming, type Workbench, workbench } from './support/workbench.ts';

interface Two extends Workbench {
  readonly second: string;
  both(databases: readonly object[]): Config;
}

async function twoRepositories(): Promise<Two> {
  const bench = await workbench();
  const second = join(bench.directory, 'second');
  const both = (databases: readonly object[]) =>
    parseConfig(
      { ...bench.plain(databases), repositories: [bench.repository, { path: second, label: 'away' }] },
      { hooks: [filesHook()] },
    );
  await initRepository(both([]), { repository: 'away', encryption: 'none' });
  return { ...bench, second, both };
}

test('each dump is made once and goes to every repository', async () => {
  const bench = await twoRepositories();
  const count = join(bench.directory, 'dumps');
  const config = bench.both([{ name: 'one', dump: `echo dumped >> ${count}; cat "$1"` }, { name: 'two' }]);

  const report = await backup(config);

  expect(await readFile(count, 'utf8')).toBe('dumped\n');
  expect(report.repositories).toMatchObject([
    { repository: bench.repository, status: 'ok' },
    { repository: bench.second, label: 'away', status: 'ok' },
  ]);
  // Of one second, or of two.
  expect((await listArchives(config)).map(({ repository, status }) => [repository, status]).sort()).toEqual([
    [bench.repository, 'complete'],
    [bench.second, 'complete'],
  ]);
  expect(await listArchives(config, { repository: 'away' })).toHaveLength(1);
  const file = join(bench.directory, 'data/one');
  const whole = await readFile(file);
  for (const repository of [bench.repository, 'away']) {
    await writeFile(file, 'lost');
    await restore(config, { archive: 'latest', repository, databases: ['one'] });
    expect((await readFile(file)).equals(whole)).toBe(true);
  }
});

test('a repository that gives way half-way does not spoil the other, and the report says which is good', async () => {
  const bench = await twoRepositories();
  const config = bench.both([
    { name: 'one', dump: 'head -c 1000000 "$1"; sleep 1; tail -c +1000001 "$1"' },
    { name: 'two' },
  ]);

  const failure = await backup(config, {
    onEvent: ({ type }) => {
      if (type === 'database-progress') for (const pid of pidsNaming(`${bench.second}::`)) process.kill(pid, 'SIGKILL');
    },
  }).catch((error: unknown) => error);

  expect(failure).toMatchObject({
    code: 'REPOSITORY_FAILED',
    repository: bench.second,
    report: {
      databases: [
        { status: 'ok', bytes: 3_000_000 },
        { status: 'ok', bytes: 3_000_000 },
      ],
      repositories: [{ status: 'ok' }, { status: 'failed', error: { code: 'REPOSITORY_FAILED' } }],
    },
  });
  expect(archiveNames(bench.repository)).toHaveLength(1);
  expect(archiveNames(bench.second)).toEqual([]);
  expect(processesNaming(bench.directory)).toEqual([]);
});

test('a failed dump leaves no archive in any repository', async () => {
  const bench = await twoRepositories();
  const config = bench.both([{ name: 'one', dump: 'head -c 1000000 "$1"; exit 1' }]);
  await expect(backup(config)).rejects.toMatchObject({ code: 'DUMP_FAILED' });
  expect([...archiveNames(bench.repository), ...archiveNames(bench.second)]).toEqual([]);
  expect(processesNaming(bench.directory)).toEqual([]);
});

test('a repository that is not there fails, and the other gets its archive', async () => {
  const bench = await twoRepositories();
  const config = parseConfig(
    { ...bench.plain([{ name: 'one' }]), repositories: [bench.repository, join(bench.directory, 'nowhere')] },
    { hooks: [filesHook()] },
  );
  await expect(backup(config)).rejects.toMatchObject({
    code: 'REPOSITORY_MISSING',
    report: { repositories: [{ status: 'ok' }, { status: 'failed' }] },
  });
  expect(archiveNames(bench.repository)).toHaveLength(1);
});

test('one of another engine that cannot be begun fails alone; where none can be, no dump is made', async () => {
  const bench = await twoRepositories();
  const dumped = join(bench.directory, 'dumped');
  const nowhere = { path: join(bench.directory, 'nowhere'), engine: 'directory' };
  const to = (...repositories: unknown[]) =>
    parseConfig(
      { ...bench.plain([{ name: 'one', dump: `touch ${dumped}; cat "$1"` }]), repositories },
      { hooks: [filesHook()] },
    );
  await expect(backup(to(nowhere))).rejects.toMatchObject({
    code: 'REPOSITORY_MISSING',
    report: { databases: [{ status: 'skipped' }], repositories: [{ status: 'failed' }] },
  });
  expect(existsSync(dumped)).toBe(false);
  await expect(backup(to(nowhere, bench.repository))).rejects.toMatchObject({
    code: 'REPOSITORY_MISSING',
    repository: nowhere.path,
    report: { databases: [{ status: 'ok' }], repositories: [{ status: 'failed' }, { status: 'ok' }] },
  });
  expect(archiveNames(bench.repository)).toHaveLength(1);
});

test('when every repository fails, the report has the reason of each', async () => {
  const bench = await twoRepositories();
  const [one, two] = [join(bench.directory, 'nowhere'), join(bench.directory, 'elsewhere')];
  const config = parseConfig(
    { ...bench.plain([{ name: 'one', dump: 'sleep 3' }]), repositories: [one, two] },
    { hooks: [filesHook()] },
  );
  const failure = await backup(config).catch((error: unknown) => error);
  const failed = (path: string) => ({
    status: 'failed',
    error: { code: 'REPOSITORY_MISSING', message: expect.stringMatching(new RegExp(`${path}( |$)`)) },
  });
  expect(failure).toMatchObject({ code: 'REPOSITORY_MISSING', report: { repositories: [failed(one), failed(two)] } });
});

/** Repositories in memory, of which that which is `away` has no descriptor left for the second database. */
function withoutDescriptors() {
  const memory = memoryRepository();
  const refuse = (path: string) => {
    if (path.endsWith('/two')) throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
  };
  const wrapped = (writer: ArchiveWriter): ArchiveWriter => ({
    failed: writer.failed,
    sideBySide: writer.sideBySide,
    stream: async (path) => {
      refuse(path);
      return writer.stream(path);
    },
    directory: async (path) => {
      refuse(path);
      return writer.directory(path);
    },
    discard: (path) => writer.discard(path),
    commit: (manifest, comment) => writer.commit(manifest, comment),
    abort: () => writer.abort(),
  });
  const open: typeof memory.open = (repository, settings) => {
    const right = memory.open(repository, settings) as Repository;
    if (repository.label !== 'away') return right;
    return { ...right, write: async (plan, context) => wrapped(await right.write(plan, context)) };
  };
  return { memory, engine: { ...memory, open } };
}

const asDirectory = filesHook({
  dump: async (_, sink) => {
    await sink.directory((path) => writeFile(join(path, 'file'), 'content'));
    return { format: 'directory' };
  },
});

test.each([
  ['stream', filesHook()],
  ['directory', asDirectory],
])('a repository that cannot take a %s which the other has taken gets no archive', async (_, hook) => {
  const bench = await workbench();
  const { memory, engine } = withoutDescriptors();
  const plain = {
    ...bench.plain([{ name: 'one' }, { name: 'two' }]),
    repositories: ['memory:here', { path: 'memory:there', label: 'away' }],
    source_directories: [join(bench.directory, 'data')],
  };
  const config = parseConfig(plain, { hooks: [hook], repositories: [engine] });
  for (const repository of ['memory:here', 'away']) await initRepository(config, { repository, encryption: 'none' });

  const failure = await backup(config).catch((error: unknown) => error);

  expect(failure).toMatchObject({
    code: 'REPOSITORY_FAILED',
    repository: 'memory:there',
    message: expect.stringContaining('EMFILE'),
    report: {
      databases: [{ status: 'ok' }, { status: 'ok' }],
      repositories: [{ status: 'ok' }, { status: 'failed', error: { message: expect.stringContaining('EMFILE') } }],
    },
  });
  expect(memory.archives('memory:there')).toEqual([]);
  const [dumps, files] = memory.archives('memory:here');
  expect([...(dumps?.files.keys() ?? [])]).toHaveLength(3);
  expect(files?.name).toBe(`${dumps?.name}-files`); // which the other does not have either
});
