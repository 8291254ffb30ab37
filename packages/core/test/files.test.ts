import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  backup,
  defineHook,
  initRepository,
  listArchives,
  loadConfig,
  parseConfig,
  restore,
  Type,
} from '@dumpstream/core';
import { memoryRepository } from '@dumpstream/core/testing';
import { expect, test } from '@jest/globals';
import { filesHook } from './support/files-hook.ts';
import { borg, workbench } from './support/workbench.ts';

test('source_directories go into an archive of their own, without what is excluded, and a named pipe among them hangs nothing', async () => {
  const bench = await workbench();
  const sources = join(bench.directory, 'sources');
  await mkdir(sources);
  await writeFile(join(sources, 'kept.txt'), 'kept');
  await writeFile(join(sources, 'left.tmp'), 'left out');
  execFileSync('mkfifo', [join(sources, 'pipe')]);
  const plain = {
    ...bench.plain([{ name: 'one' }]),
    source_directories: [sources],
    exclude_patterns: ['*.tmp', 'dumpstream/*', '*one*'],
  };
  const config = parseConfig(plain, { hooks: [filesHook()] });

  const report = await backup(config);

  const [{ archive, filesArchive } = { archive: '', filesArchive: '' }] = report.repositories;
  expect(filesArchive).toBe(`${archive}-files`);
  const paths = borg('list', '--short', `${bench.repository}::${filesArchive}`);
  expect(paths).toContain('sources/kept.txt');
  expect(paths).toContain('sources/pipe');
  expect(paths).not.toContain('left.tmp');
  expect(borg('list', '--short', `${bench.repository}::${archive}`)).toBe(
    'dumpstream/files/localhost/one\ndumpstream/manifest.json\n',
  );
  await restore(config, { archive: 'latest' });
  expect((await listArchives(config)).map(({ name, databases }) => [name, databases.length])).toEqual([
    [archive, 1],
    [filesArchive, 0],
  ]);
});

test('a source directory that is not there is refused before anything is dumped', async () => {
  const bench = await workbench();
  const plain = { ...bench.plain([{ name: 'one' }]), source_directories: [join(bench.directory, 'nowhere')] };
  await expect(backup(parseConfig(plain, { hooks: [filesHook()] }))).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('nowhere'),
  });
});

test('where files could not be stored, the dumps are, and the report says both', async () => {
  const bench = await workbench({ one: 10 });
  const memory = memoryRepository();
  const plain = { ...bench.plain([{ name: 'one' }]), source_directories: [bench.directory], repositories: ['memory:'] };
  const config = parseConfig(plain, { hooks: [filesHook()], repositories: [memory] });
  await initRepository(config, { encryption: 'none' });
  memory.inject({ during: 'writeFiles' });
  await expect(backup(config)).rejects.toMatchObject({
    code: 'REPOSITORY_FAILED',
    report: {
      databases: [{ status: 'ok' }],
      repositories: [{ status: 'ok', error: { code: 'REPOSITORY_FAILED' } }],
    },
  });
  expect(await listArchives(config)).toMatchObject([{ status: 'complete' }]);
});

test('source_directories can be patterns', async () => {
  const bench = await workbench();
  const sources = join(bench.directory, 'sources');
  for (const name of ['a1', 'a2', 'b1', '.a3', 'a[1]']) {
    await mkdir(join(sources, name), { recursive: true });
    await writeFile(join(sources, name, 'file'), name);
  }
  const back = (...patterns: string[]) =>
    backup(
      parseConfig(
        { ...bench.plain([{ name: 'one' }]), source_directories: patterns.map((pattern) => join(sources, pattern)) },
        { hooks: [filesHook()] },
      ),
    );

  const [{ filesArchive } = {}] = (await back('a[12]', '*1', 'a[1]')).repositories;

  const files = borg('list', '--short', `${bench.repository}::${filesArchive}`).match(/sources\/.*\/file/g);
  expect(files?.sort()).toEqual(['a1', 'a2', 'a[1]', 'b1'].map((name) => `sources/${name}/file`));
  await expect(back('a*', 'nothing*')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('nothing*'),
  });
});

test('the configuration file goes into the archive, unless it is turned off', async () => {
  const bench = await workbench();
  const file = join(bench.directory, 'my backup.yaml');
  const text = JSON.stringify(bench.plain([{ name: 'one' }]));
  await writeFile(file, text);
  const first = await backup(await loadConfig(file, { hooks: [filesHook()] }));
  await writeFile(file, JSON.stringify({ ...bench.plain([{ name: 'one' }]), store_config_files: false }));
  const second = await backup(await loadConfig(file, { hooks: [filesHook()] }));

  const [archive, without] = [first, second].map(
    ({ repositories }) => `${bench.repository}::${repositories[0]?.archive}`,
  );
  const path = 'dumpstream/configuration/my%20backup.yaml';
  expect(borg('extract', '--stdout', archive as string, path)).toBe(text);
  expect(borg('list', '--short', without as string)).not.toContain('configuration');
});

test('a dump that is a directory goes through the archive as files', async () => {
  const bench = await workbench();
  const from = join(bench.directory, 'data');
  const seen: string[] = [];
  const hook = defineHook({
    name: 'trees',
    entry: Type.Object({ name: Type.String() }),
    dump: async (_job, sink) => {
      await sink.directory(async (path) => {
        await mkdir(join(path, 'below'));
        await writeFile(join(path, 'below', 'a b'), await readFile(join(from, 'one')));
        await writeFile(join(path, '-x'), 'x');
      });
      return { format: 'tree' };
    },
    restore: async (_job, source) => {
      await source.directory(async (path) => {
        const isSame = (await readFile(join(path, 'below', 'a b'))).equals(await readFile(join(from, 'one')));
        const text = await readFile(join(path, '-x'), 'utf8');
        seen.push(`${isSame ? 'same' : 'other'} ${text}`);
      });
    },
  });
  const plain = { trees: [{ name: 'first' }, { name: 'second' }], ...bench.plain([{ name: 'one' }]) };
  const second = join(bench.directory, 'second');
  borg('init', '-e', 'none', second);
  const config = parseConfig({ ...plain, repositories: [bench.repository, second] }, { hooks: [hook, filesHook()] });

  const report = await backup(config);
  await restore(config, { archive: 'latest', repository: bench.repository, databases: [{ hook: 'trees' }] });
  await restore(config, { archive: 'latest', repository: second, databases: ['second'] });

  expect(report.databases.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['first', 3_000_001],
    ['second', 3_000_001],
    ['one', 3_000_000],
  ]);
  expect(seen).toEqual(['same x', 'same x', 'same x']);
});
