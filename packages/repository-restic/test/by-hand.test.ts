import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backup, defineHook, listArchives, parseConfig, restore, type StoredArchive, Type } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../../test/support/servers.ts';
import { restic } from '../src/index.ts';
import { makeBench } from './support/bench.ts';
import { makeQuickRepository, passphrase } from './support/quick-repository.ts';
import { onDisk } from './support/servers.ts';

interface Shown {
  readonly id: string;
  readonly paths: readonly string[];
  readonly tags?: readonly string[];
}

const one = 'item:dumpstream/files/localhost/one';

test('with restic alone a dump is found by its path, and comes back; so does the manifest', async () => {
  const bench = await makeBench();
  const { repositories } = await backup(bench.config());
  const shown = JSON.parse(await bench.restic('snapshots', '--json', '--tag', 'dumpstream')) as Shown[];
  const { id, paths } = shown.find(({ tags }) => tags?.includes(one)) as Shown;
  const record = shown.find(({ tags }) => tags?.includes(`archive:${repositories[0]?.archive}`)) as Shown;
  expect(await bench.restic('dump', id, paths[0] as string)).toBe(readFileSync(join(bench.data, 'one'), 'utf8'));
  const manifest = JSON.parse(await bench.restic('dump', record.id, '/dumpstream/manifest.json'));
  expect(JSON.stringify(manifest)).toContain('dumpstream/files/localhost/one');
});

test('an archive of which somebody has removed a dump is not complete, and says which is missing', async () => {
  const bench = await makeBench();
  await backup(bench.config());
  const shown = JSON.parse(await bench.restic('snapshots', '--json', '--tag', 'dumpstream')) as Shown[];
  const { id } = shown.find(({ tags }) => tags?.includes(one)) as Shown;
  await bench.restic('forget', id);
  await expect(restore(bench.config(), { archive: 'latest', databases: ['one'] })).rejects.toMatchObject({
    code: 'ARCHIVE_INCOMPLETE',
    database: { name: 'one' },
  });
  await restore(bench.config(), { archive: 'latest', databases: ['two'] });
});

test('a repository that was copied by restic, where every snapshot has a new id, is one of ours', async () => {
  const bench = await makeBench();
  const { repositories } = await backup(bench.config());
  const copy = onDisk(join(bench.directory, 'copy'));
  await makeQuickRepository(copy);
  const from = ['--from-repo', bench.place.path, '--from-password-command', `echo '${passphrase}'`];
  await bench.restic('-r', copy.path, 'copy', ...from);
  const config = bench.config(undefined, { path: copy.path });
  expect(await listArchives(config)).toMatchObject([{ name: repositories[0]?.archive, status: 'complete' }]);
  const file = join(bench.data, 'one');
  const whole = readFileSync(file);
  writeFileSync(file, 'lost');
  await restore(config, { archive: 'latest' });
  expect(readFileSync(file).equals(whole)).toBe(true);
});

test('snapshots of others are neither listed nor touched', async () => {
  const bench = await makeBench();
  const file = join(bench.data, 'one');
  await bench.restic('backup', '--tag', 'nightly', file);
  expect(await listArchives(bench.config())).toEqual([]);
  await backup(bench.config());
  expect(await listArchives(bench.config())).toHaveLength(1);
  const others = JSON.parse(await bench.restic('snapshots', '--json', '--tag', 'nightly')) as Shown[];
  expect(others).toHaveLength(1);
});

/** A database whose dump is a directory. */
const trees = defineHook({
  name: 'trees',
  entry: Type.Object({ name: Type.String(), directory: Type.String() }),
  dump: async ({ entry }, sink) => {
    await sink.directory(async (path) => {
      execFileSync('cp', ['-r', `${join(entry.directory, entry.name)}/.`, path]);
    });
    return { format: 'tree' };
  },
  restore: async ({ entry }, source) => {
    await source.directory(async (path) => {
      execFileSync('cp', ['-r', `${path}/.`, join(entry.directory, entry.name)]);
    });
  },
});

test('a dump that is a directory comes back with what lies deeper in it', async () => {
  const directory = await tempDir();
  mkdirSync(join(directory, 'tree/below'), { recursive: true });
  writeFileSync(join(directory, 'tree/toc'), 'toc');
  writeFileSync(join(directory, 'tree/below/*odd, name'), 'deep');
  const bench = await makeBench();
  const config = parseConfig(
    { ...bench.plain([]), trees: [{ name: 'tree', directory }] },
    { hooks: [trees, ...bench.config().hooks], repositories: [restic()] },
  );
  const { databases } = await backup(config);
  expect(databases).toMatchObject([{ status: 'ok', bytes: 7 }]);
  writeFileSync(join(directory, 'tree/toc'), 'lost');
  writeFileSync(join(directory, 'tree/below/*odd, name'), 'lost');
  await restore(config, { archive: 'latest' });
  expect(readFileSync(join(directory, 'tree/toc'), 'utf8')).toBe('toc');
  expect(readFileSync(join(directory, 'tree/below/*odd, name'), 'utf8')).toBe('deep');
});

test('source_directories go into a snapshot of their own, a file that cannot be read is a warning, and they come back', async () => {
  const bench = await makeBench();
  const source = await tempDir();
  mkdirSync(join(source, 'kept'));
  writeFileSync(join(source, 'kept/[a] file'), 'content');
  writeFileSync(join(source, 'skip.tmp'), 'no');
  const config = parseConfig(
    { ...bench.plain(), source_directories: [source], exclude_patterns: ['*.tmp'] },
    { hooks: bench.config().hooks, repositories: [restic()] },
  );
  await backup(config);
  const archives = await listArchives(config);
  expect(archives).toHaveLength(2);
  const shown = JSON.parse(await bench.restic('snapshots', '--json', '--tag', 'dumpstream')) as Shown[];
  const { id } = shown.find(({ tags }) => tags?.some((tag) => tag.startsWith('files:'))) as Shown;
  const listed = (await bench.restic('ls', id)).split('\n');
  expect(listed).toContain(join(source, 'kept/[a] file'));
  expect(listed).not.toContain(join(source, 'skip.tmp'));
});

test('an archive that somebody removes after it was listed is said to be gone', async () => {
  const bench = await makeBench();
  await backup(bench.config());
  const { path, environment } = bench.place;
  const repository = restic().open(
    { path, environment: { ...environment, RESTIC_CACHE_DIR: join(bench.directory, 'cache') } } as never,
    { encryption_passphrase: passphrase },
  );
  const context = { signal: new AbortController().signal, directory: await tempDir(), warn: () => {} };
  const [archive] = await repository.list(context);
  await bench.restic('forget', archive?.id as string);
  const reader = await repository.read(archive as StoredArchive, context);
  await expect(reader.entries()).rejects.toMatchObject({ code: 'ARCHIVE_NOT_FOUND', repository: path });
});
