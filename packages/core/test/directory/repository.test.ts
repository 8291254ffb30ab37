import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backup, type Event, initRepository, listArchives, parseConfig, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../../../test/support/servers.ts';
import { filesHook } from '../support/files-hook.ts';
import { expectOnly, makeBench, namesIn } from './support/bench.ts';

const at = (path: string) =>
  parseConfig({ repositories: [{ path, engine: 'directory' }], files: [] }, { hooks: [filesHook()] });

test('databases are backed up, listed and restored, and nothing is left beside the archive', async () => {
  const bench = await makeBench();
  const before = readFileSync(join(bench.data, 'one'));

  const report = await backup(bench.config());

  const [{ archive, originalBytes, deduplicatedBytes } = { archive: '', originalBytes: 0, deduplicatedBytes: 0 }] =
    report.repositories;
  expect(report.databases.map(({ status, bytes }) => [status, bytes])).toEqual([
    ['ok', 3_000_000],
    ['ok', 3_000_000],
  ]);
  expect([originalBytes, deduplicatedBytes].every((bytes) => bytes > 6_000_000 && bytes < 6_010_000)).toBe(true);
  expectOnly(bench, [archive]);
  expect(await listArchives(bench.config())).toMatchObject([
    { repository: bench.repository, name: archive, status: 'complete', databases: [{ name: 'one' }, { name: 'two' }] },
  ]);
  writeFileSync(join(bench.data, 'one'), 'lost');
  await restore(bench.config(), { archive: 'latest', databases: ['one'] });
  expect(readFileSync(join(bench.data, 'one')).equals(before)).toBe(true);
  expectOnly(bench, [archive]);
});

test('a dump can be had with gunzip alone, and nobody else can read anything', async () => {
  const bench = await makeBench({ one: 500_000 });
  await backup(bench.config());
  const [archive = ''] = namesIn(bench.repository);
  const dump = join(bench.repository, archive, 'dumpstream/files/localhost/one.gz');
  const bytes = execFileSync('gunzip', ['-c', dump], { maxBuffer: 1e8 });
  expect(bytes.equals(readFileSync(join(bench.data, 'one')))).toBe(true);
  for (const entry of readdirSync(bench.repository, { recursive: true, withFileTypes: true })) {
    const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
    expect([entry.name, mode]).toEqual([entry.name, entry.isDirectory() ? 0o700 : 0o600]);
  }
});

test('with compression none a dump is stored as it is', async () => {
  const bench = await makeBench({ one: 100_000 });
  const config = parseConfig({ ...bench.plain(), compression: 'none' }, { hooks: [filesHook()] });
  await backup(config);
  const [archive = ''] = namesIn(bench.repository);
  const stored = readFileSync(join(bench.repository, archive, 'dumpstream/files/localhost/one'));
  expect(stored.equals(readFileSync(join(bench.data, 'one')))).toBe(true);
  await restore(config, { archive: 'latest' });
});

test('names of any kind go there and back', async () => {
  const long = 'x'.repeat(254);
  const names = ['-rf', 'a b\nc', 'Zoë 💾', 'quo\'te"', '$(id)', '%2F', '..x', 'one.gz', 'one', long];
  const bench = await makeBench(Object.fromEntries(names.map((name) => [name, 1_000])));
  const before = names.map((name) => readFileSync(join(bench.data, name)));
  await backup(bench.config());
  for (const name of names) writeFileSync(join(bench.data, name), 'lost');
  await restore(bench.config(), { archive: 'latest' });
  expect(names.filter((name, index) => !readFileSync(join(bench.data, name)).equals(before[index] as Buffer))).toEqual(
    [],
  );
  expect((await listArchives(bench.config()))[0]?.databases.map(({ name }) => name)).toEqual(names);
});

test('an archive has the name that is asked for, whatever it is, and a second one of that name is refused', async () => {
  const bench = await makeBench({ one: 1_000 });
  const named = (format: string) =>
    parseConfig({ ...bench.plain(), archive_name_format: format }, { hooks: [filesHook()] });
  const names = ['.partial-x', 'archive.json', '..', '%41', "it's", 'ünï'];
  for (const name of names) await backup(named(name));
  expect((await listArchives(bench.config())).map(({ name }) => name)).toEqual(names);
  await expect(backup(named('..'))).rejects.toMatchObject({
    code: 'REPOSITORY_FAILED',
    message: expect.stringContaining('already'),
  });
  expect(await listArchives(bench.config())).toHaveLength(names.length);
});

test('it is made in an empty directory or where there is none, and nowhere else', async () => {
  const directory = await tempDir();
  const path = (name: string) => join(directory, name);
  mkdirSync(path('empty'));
  mkdirSync(path('disk'));
  mkdirSync(path('disk/lost+found'));
  mkdirSync(path('taken'));
  writeFileSync(path('taken/photo'), '');
  writeFileSync(path('file'), '');
  for (const name of ['new', 'empty', 'disk']) await initRepository(at(path(name)));
  for (const name of ['new', 'taken', 'file']) {
    await expect(initRepository(at(path(name)))).rejects.toMatchObject({
      code: 'REPOSITORY_EXISTS',
      repository: path(name),
    });
  }
  await expect(initRepository(at(path('no/where')))).rejects.toMatchObject({ code: 'REPOSITORY_MISSING' });
  expect(readdirSync(path('taken'))).toEqual(['photo']);
  expect(await listArchives(at(path('disk')))).toEqual([]);
});

test('where there is none it is REPOSITORY_MISSING, and one of a later version is left alone', async () => {
  const bench = await makeBench();
  await expect(listArchives(at(bench.directory))).rejects.toMatchObject({
    code: 'REPOSITORY_MISSING',
    hint: expect.stringContaining('initRepository'),
  });
  await expect(listArchives(at(join(bench.data, 'one')))).rejects.toMatchObject({ code: 'REPOSITORY_MISSING' });
  const marker = join(bench.repository, '.dumpstream-repository.json');
  writeFileSync(marker, readFileSync(marker, 'utf8').replace('"version": 1', '"version": 2'));
  await expect(backup(bench.config())).rejects.toMatchObject({
    code: 'REPOSITORY_FAILED',
    message: expect.stringContaining('version 2'),
  });
  writeFileSync(marker, '{}');
  await expect(listArchives(bench.config())).rejects.toMatchObject({
    message: expect.stringContaining('.dumpstream-repository.json is damaged'),
  });
});

test('it encrypts nothing, and says so', async () => {
  const path = join(await tempDir(), 'repository');
  await expect(initRepository(at(path), { encryption: 'repokey' })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('does not encrypt'),
  });
  await initRepository(at(path), { encryption: 'none' });
});

test('a Borg repository is made with an encryption that is said', async () => {
  const config = parseConfig({ repositories: [join(await tempDir(), 'repository')] }, { hooks: [] });
  await expect(initRepository(config)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    hint: expect.stringContaining('repokey-blake2'),
  });
});

test('what others put beside the archives is none of its business', async () => {
  const bench = await makeBench({ one: 1_000 });
  mkdirSync(join(bench.repository, 'lost+found'));
  writeFileSync(join(bench.repository, 'README'), 'do not touch');
  await backup(bench.config());
  expect(await listArchives(bench.config())).toHaveLength(1);
  expect(namesIn(bench.repository)).toEqual(expect.arrayContaining(['README', 'lost+found']));
});

test('dumps of any size are made side by side, each with the bytes of its own', async () => {
  const sizes = { one: 30_000_000, two: 20_000_000, three: 10_000 };
  const bench = await makeBench(sizes);
  const underWay = new Set<string>();
  let most = 0;
  const onEvent = (event: Event) => {
    if (event.type === 'database-start') underWay.add(event.database.name);
    most = Math.max(most, underWay.size);
    if (event.type === 'database-end') underWay.delete(event.database.name);
  };

  const report = await backup(bench.config(), { concurrency: 2, onEvent });

  expect(most).toBe(2);
  expect(report.databases.map(({ name, bytes }) => [name, bytes])).toEqual(Object.entries(sizes));
  const before = readFileSync(join(bench.data, 'one'));
  writeFileSync(join(bench.data, 'one'), 'lost');
  await restore(bench.config(), { archive: 'latest' });
  expect(readFileSync(join(bench.data, 'one')).equals(before)).toBe(true);
});

test('a dump that stands still is seen beside one that does not', async () => {
  const bench = await makeBench({ one: 1000, two: 1000 });
  const databases = [
    { name: 'one', dump: 'head -c 500 "$1"; exec sleep 60' },
    { name: 'two', dump: 'while :; do cat "$1"; sleep 0.1; done' },
  ];
  await expect(backup(bench.config(databases), { concurrency: 2, stallTimeoutMs: 1500 })).rejects.toMatchObject({
    code: 'STALLED',
    database: { name: 'one' },
  });
  expectOnly(bench);
});
