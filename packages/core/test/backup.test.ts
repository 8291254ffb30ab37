import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, type Event, initRepository, listArchives, parseConfig, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../../test/support/servers.ts';
import { filesHook } from './support/files-hook.ts';

test('what was backed up is listed and restored, byte for byte', async () => {
  const directory = await tempDir();
  const contents = { one: randomBytes(3_000_000), two: Buffer.alloc(0), three: Buffer.from('ü\0"') };
  for (const [name, bytes] of Object.entries(contents)) await writeFile(join(directory, name), bytes);
  const config = parseConfig(
    {
      repositories: [join(directory, 'repository')],
      encryption_passphrase: 'correct horse',
      files: Object.keys(contents).map((name) => ({ name, directory })),
    },
    { hooks: [filesHook()] },
  );
  await initRepository(config, { encryption: 'repokey-blake2' });

  const events: Event[] = [];
  const report = await backup(config, { onEvent: (event) => events.push(event) });

  expect(report.databases.map(({ name, status, bytes }) => [name, status, bytes])).toEqual([
    ['one', 'ok', 3_000_000],
    ['two', 'ok', 0],
    ['three', 'ok', 4],
  ]);
  const archives = await listArchives(config);
  expect(archives).toMatchObject([
    {
      name: report.repositories[0]?.archive,
      status: 'complete',
      databases: [{ name: 'one' }, { name: 'two' }, { name: 'three' }],
    },
  ]);
  for (const name of Object.keys(contents)) await writeFile(join(directory, name), 'lost');
  const restored = await restore(config, { archive: 'latest' });
  expect(restored.databases.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
  for (const [name, bytes] of Object.entries(contents)) {
    expect((await readFile(join(directory, name))).equals(bytes)).toBe(true);
  }
});
