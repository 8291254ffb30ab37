import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  backup,
  defineHook,
  type Event,
  initRepository,
  listArchives,
  parseConfig,
  restore,
  Type,
} from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../../test/support/servers.ts';
import { filesHook } from './support/files-hook.ts';
import { archiveNames, workbench } from './support/workbench.ts';

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

test('an asynchronous onEvent that rejects is a warning, and no unhandled rejection', async () => {
  const bench = await workbench({ one: 10 });
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const onEvent = async () => {
      throw new Error('nobody listens');
    };
    const { warnings } = await backup(bench.config([{ name: 'one' }]), { onEvent });
    expect(warnings).toEqual(['onEvent failed: nobody listens']);
  } finally {
    process.off('unhandledRejection', note);
  }
  expect(unhandled).toEqual([]);
});

test.each([
  ['a port that is none', { name: 'one', port: 70_000 }, undefined],
  ['a port that is text', { name: 'one', port: '5432' }, undefined],
  ['an item without a kind', { name: 'all' }, [{ name: 'one' }]],
  ['an item without a name', { name: 'all' }, [{ name: '', kind: 'database' }]],
])('%s would make an archive that nobody can read: it is refused before a dump', async (_, entry, items) => {
  const bench = await workbench({ one: 10 });
  let dumped = 0;
  const hook = defineHook({
    name: 'odd',
    entry: Type.Object({ name: Type.String(), port: Type.Optional(Type.Union([Type.Integer(), Type.String()])) }),
    list: async () => (items ?? []) as never,
    dump: async (_job, sink) => {
      dumped++;
      await sink.from({ file: 'echo', args: [] });
      return { format: 'words' };
    },
    restore: async () => {},
  });
  const config = parseConfig({ ...bench.plain([]), odd: [entry] }, { hooks: [hook, filesHook()] });
  for (const onDumpFailure of ['abort', 'continue'] as const) {
    await expect(backup(config, { onDumpFailure })).rejects.toMatchObject({
      code: 'DUMP_FAILED',
      hint: expect.stringContaining('port'),
    });
  }
  expect([dumped, archiveNames(bench.repository)]).toEqual([0, []]);
});
