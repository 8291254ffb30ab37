import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError, backup, extract, initRepository, listArchives, parseConfig, restore } from '@dumpstream/core';
import { type Fault, memoryRepository } from '@dumpstream/core/testing';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../../../test/support/servers.ts';
import { filesHook } from '../support/files-hook.ts';

async function configured(repositories: readonly string[] = ['memory:one']) {
  const directory = await tempDir();
  await writeFile(join(directory, 'users'), randomBytes(300_000));
  const memory = memoryRepository();
  const plain = { repositories, files: [{ name: 'users', directory }], store_config_files: false };
  const config = parseConfig(plain, { hooks: [filesHook()], repositories: [memory] });
  for (const repository of repositories) await initRepository(config, { repository, encryption: 'none' });
  return { memory, config, file: join(directory, 'users') };
}

test('a backup goes into memory, is listed, extracted and restored, and no secret or content is shown', async () => {
  const { memory, config, file } = await configured();
  const before = await readFile(file);
  const report = await backup(config);
  expect(report.repositories).toMatchObject([{ repository: 'memory:one', status: 'ok' }]);
  expect(memory.archives().map(({ files }) => [...files.keys()])).toEqual([
    ['dumpstream/files/localhost/users', 'dumpstream/manifest.json'],
  ]);
  expect(JSON.stringify(config)).not.toContain('archives');
  const chunks: Uint8Array[] = [];
  for await (const chunk of extract(config, { archive: 'latest', database: 'users' })) chunks.push(chunk);
  expect(Buffer.concat(chunks).equals(before)).toBe(true);
  await writeFile(file, 'changed');
  await restore(config, { archive: 'latest' });
  expect((await readFile(file)).equals(before)).toBe(true);
  const [stats] = (await backup(config)).repositories;
  expect(stats?.deduplicatedBytes).toBeLessThan(2_000); // the manifest alone is new
});

test('several of them get each dump, and a fault of one is no fault of the other', async () => {
  const { memory, config } = await configured(['memory:one', 'memory:two']);
  memory.inject({ during: 'commit' });
  const error = await backup(config).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'REPOSITORY_FAILED', message: expect.stringContaining('injected') });
  expect(memory.pending).toEqual([]);
  expect(memory.archives()).toHaveLength(1);
  await backup(config);
  expect([memory.archives('memory:one').length, memory.archives('memory:two').length].sort()).toEqual([1, 2]);
});

const error = new BackupError('REPOSITORY_LOCKED', 'somebody has it');
test.each<Fault>([
  { during: 'write', afterBytes: 0, error },
  { during: 'take', afterBytes: 0, error },
  { during: 'take', afterBytes: 100_000, error },
  { during: 'commit', afterBytes: 0, error },
])('a fault during $during after $afterBytes bytes ends a backup without an archive', async (fault) => {
  const { memory, config } = await configured();
  let told = 0;
  memory.inject({ ...fault, notify: () => told++ });
  await expect(backup(config)).rejects.toMatchObject({ code: 'REPOSITORY_LOCKED' });
  expect([memory.archives(), memory.pending, told]).toEqual([[], [], 1]);
  await backup(config);
  expect(await listArchives(config)).toMatchObject([{ status: 'complete' }]);
});

test.each<Fault>([
  { during: 'list', afterBytes: 0, error },
  { during: 'read', afterBytes: 0, error },
  { during: 'give', afterBytes: 0, error },
  { during: 'give', afterBytes: 300_000, error },
])('a fault during $during after $afterBytes bytes fails a restore', async (fault) => {
  const { memory, config } = await configured();
  await backup(config);
  memory.inject(fault);
  await expect(restore(config, { archive: 'latest' })).rejects.toMatchObject({ code: 'REPOSITORY_LOCKED' });
  expect(memory.pending).toEqual([]);
  await restore(config, { archive: 'latest' });
});
