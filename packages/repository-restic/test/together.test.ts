import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, deleteArchive, initRepository, listArchives, parseConfig, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { filesHook } from '../../core/test/support/files-hook.ts';
import { restic } from '../src/index.ts';
import { expectOnly, makeBench, snapshotsIn } from './support/bench.ts';
import { useS3 } from './support/servers.ts';

const s3 = useS3();

test('one run to Borg and to restic dumps each database once, and each brings it back', async () => {
  const bench = await makeBench(s3.place());
  const borg = join(bench.directory, 'borg');
  const dumps = join(bench.directory, 'dumps');
  const counting = { dump: `echo "$1" >> ${dumps}; cat "$1"` };
  const plain = bench.plain([
    { name: 'one', ...counting },
    { name: 'two', ...counting },
  ]);
  const config = parseConfig(
    { ...plain, repositories: [borg, ...(plain.repositories as object[])] },
    { hooks: [filesHook()], repositories: [restic()] },
  );
  await initRepository(config, { repository: borg, encryption: 'repokey-blake2' });

  const report = await backup(config);

  expect((await readFile(dumps, 'utf8')).split('\n').filter(Boolean).sort()).toEqual(
    ['one', 'two'].map((name) => join(bench.data, name)),
  );
  expect(report.repositories.map(({ status }) => status)).toEqual(['ok', 'ok']);
  expect(report.databases.map(({ bytes }) => bytes)).toEqual([3_000_000, 3_000_000]);
  for (const repository of [borg, bench.place.path]) {
    const file = join(bench.data, 'one');
    const whole = await readFile(file);
    await writeFile(file, 'lost');
    await restore(config, { archive: 'latest', repository, databases: ['one'] });
    expect((await readFile(file)).equals(whole)).toBe(true);
  }
});

test('a repository that fails does not spoil the other, whichever it is', async () => {
  const bench = await makeBench();
  const borg = join(bench.directory, 'borg');
  const plain = bench.plain();
  const config = parseConfig(
    { ...plain, repositories: [borg, ...(plain.repositories as object[])] },
    { hooks: [filesHook()], repositories: [restic()] },
  );

  const failure = await backup(config).catch((error: unknown) => error);

  expect(failure).toMatchObject({
    code: 'REPOSITORY_MISSING',
    repository: borg,
    report: { repositories: [{ status: 'failed' }, { status: 'ok' }] },
  });
  const [archive] = await listArchives(config, { repository: bench.place.path });
  expect(archive?.status).toBe('complete');
  await deleteArchive(config, { archive: archive?.name as string, repository: bench.place.path });
  await expectOnly(bench);
  await initRepository(config, { repository: borg, encryption: 'repokey-blake2' });
  const nowhere = {
    environment: { RESTIC_CACHE_DIR: join(bench.directory, 'cache') },
    path: join(bench.directory, 'nowhere'),
  };
  const other = parseConfig(
    { ...plain, repositories: [borg, { engine: 'restic', ...nowhere }] },
    { hooks: [filesHook()], repositories: [restic()] },
  );
  await expect(backup(other)).rejects.toMatchObject({
    code: 'REPOSITORY_MISSING',
    repository: nowhere.path,
    report: { repositories: [{ status: 'ok' }, { status: 'failed' }] },
  });
});

test('the runs of two hosts lie in one repository without touching each other', async () => {
  const place = s3.place();
  const first = await makeBench(place);
  const files = { one: await readFile(join(first.data, 'one')), two: await readFile(join(first.data, 'two')) };
  const named = (host: string, databases: readonly object[]) =>
    parseConfig(
      { ...first.plain(databases), archive_name_format: `${host}-{now:%f}` },
      { hooks: [filesHook()], repositories: [restic()] },
    );
  const slow = 'head -c 1000000 "$1"; sleep 1; tail -c +1000001 "$1"';
  const east = named('east', [{ name: 'one', dump: slow }, { name: 'two' }]);
  const west = named('west', [{ name: 'two', dump: slow }]);

  const reports = await Promise.all([backup(east), backup(west), backup(west), backup(east)]);

  const names = reports.map(({ repositories }) => repositories[0]?.archive);
  const listed = await listArchives(east, { verify: true });
  expect(listed.map(({ name }) => name).sort()).toEqual([...names].sort());
  expect(listed.every(({ status }) => status === 'complete')).toBe(true);
  expect(listed.map(({ databases }) => databases.length).sort()).toEqual([1, 1, 2, 2]);
  for (const name of ['one', 'two'] as const) {
    await writeFile(join(first.data, name), 'lost');
    await restore(east, { archive: names[3] as string, databases: [name] });
    expect((await readFile(join(first.data, name))).equals(files[name])).toBe(true);
  }
  expect((await snapshotsIn(first)).filter((tag) => tag.startsWith('item:'))).toHaveLength(6);
}, 120_000);
