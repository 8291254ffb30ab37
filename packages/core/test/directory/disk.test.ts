import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, defineHook, initRepository, listArchives, parseConfig, restore, Type } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { filesHook } from '../support/files-hook.ts';
import { type Bench, expectOnly, makeBench } from './support/bench.ts';

/** Has the repository on a file system of its own: root alone may mount one. */
async function onDisk(bench: Bench, options: string, work: () => Promise<void>): Promise<void> {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', bench.repository]);
  try {
    await work();
  } finally {
    execFileSync('umount', [bench.repository]);
  }
}

/** Of the file systems that they need others make none. */
const isRoot = process.getuid?.() === 0;

if (isRoot) {
  test('on a disk that is full a backup fails and leaves nothing, and a smaller one fits', async () => {
    const bench = await makeBench({ one: 3_000_000, two: 3_000_000, small: 10_000 });
    await onDisk(bench, 'size=4m', async () => {
      await initRepository(bench.config());
      await backup(bench.config([{ name: 'small' }]));
      const archives = (await listArchives(bench.config())).map(({ name }) => name);

      await expect(backup(bench.config())).rejects.toMatchObject({
        code: 'REPOSITORY_FAILED',
        message: expect.stringContaining('no space left'),
        hint: expect.stringContaining('free some space'),
        repository: bench.repository,
      });

      expectOnly(bench, archives);
      await backup(bench.config([{ name: 'small' }]));
      expect(await listArchives(bench.config())).toHaveLength(2);
    });
  });

  test('on a disk that is read-only archives are listed and restored, and a backup fails', async () => {
    const bench = await makeBench({ one: 100_000 });
    await onDisk(bench, 'size=4m', async () => {
      await initRepository(bench.config());
      await backup(bench.config());
      execFileSync('mount', ['-o', 'remount,ro', bench.repository]);
      await expect(backup(bench.config())).rejects.toMatchObject({
        code: 'REPOSITORY_FAILED',
        hint: expect.stringContaining('read-only'),
      });
      await restore(bench.config(), { archive: 'latest' });
      expect(await listArchives(bench.config())).toMatchObject([{ status: 'complete' }]);
    });
  });
}

test('a dump that is a directory is stored file by file, beside a Borg repository, too', async () => {
  const bench = await makeBench({ one: 200_000 });
  const found: string[] = [];
  const trees = defineHook({
    name: 'trees',
    entry: Type.Object({ name: Type.String() }),
    dump: async (_job, sink) => {
      await sink.directory(async (path) => {
        await mkdir(join(path, 'below/empty'), { recursive: true });
        await writeFile(join(path, 'below', 'a b'), Buffer.alloc(100_000, 'x'));
        await writeFile(join(path, '-toc'), 'toc');
      });
      return { format: 'tree' };
    },
    restore: async (_job, source) => {
      await source.directory(async (path) => {
        found.push(...readdirSync(path, { recursive: true }).map(String).sort());
      });
    },
  });
  const plain = { ...bench.plain(), trees: [{ name: 'first' }, { name: 'second' }] };
  const config = parseConfig(plain, { hooks: [filesHook(), trees] });

  const report = await backup(config);
  await restore(config, { archive: 'latest', databases: ['second'] });

  expect(report.databases.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['one', 200_000],
    ['first', 100_003],
    ['second', 100_003],
  ]);
  expect(found).toEqual(['-toc', 'below', 'below/a b', 'below/empty']);
  expectOnly(bench, [report.repositories[0]?.archive as string]);
});
