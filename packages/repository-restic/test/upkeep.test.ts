import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { backup, deleteArchive, listArchives, prune } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { type Bench, expectQuiet, makeBench, snapshotsIn, snapshotsOf } from './support/bench.ts';

async function idOfRecord(bench: Bench): Promise<string> {
  const snapshots = JSON.parse(await bench.restic('snapshots', '--json', '--no-lock')) as {
    id: string;
    tags: string[];
  }[];
  return snapshots.find(({ tags }) => tags.some((tag) => tag.startsWith('archive:')))?.id ?? '';
}

test('the dumps of an archive whose record cannot be read are not taken for what is left of a run', async () => {
  const bench = await makeBench();
  const { repositories } = await backup(bench.config());
  const [, ...items] = snapshotsOf(repositories[0]?.archive as string, 'one', 'two');
  const record = join(bench.place.path, 'snapshots', await idOfRecord(bench));
  chmodSync(record, 0o600);
  writeFileSync(record, 'nothing that can be decrypted, and longer than what goes before it');
  rmSync(join(bench.directory, 'cache'), { recursive: true }); // has it, too

  const report = await prune(bench.config(), { keepLast: 1 });

  expect(report.repositories).toMatchObject([{ status: 'ok', archives: [] }]);
  expect(report.warnings).toContainEqual(expect.stringMatching(/look with check\(\)/));
  expect(await snapshotsIn(bench)).toEqual(items);
  await expectQuiet(bench);
});

/** Puts a restic before the one that there is, which for one of its verbs does as others were seen to, and ends with 0. */
async function withRestic(bench: Bench, verb: string, does: string, work: () => Promise<void>): Promise<void> {
  const programs = join(bench.directory, 'programs');
  await mkdir(programs);
  const { PATH = '' } = process.env;
  const real = PATH.split(delimiter)
    .map((directory) => join(directory, 'restic'))
    .find(existsSync);
  const script = `#!/bin/sh\nif [ "$1" != ${verb} ]; then exec ${real} "$@"; fi\n${does}\n`;
  await writeFile(join(programs, 'restic'), script, { mode: 0o755 });
  process.env.PATH = [programs, PATH].join(delimiter);
  try {
    await work();
  } finally {
    process.env.PATH = PATH;
  }
}

test('archives that cannot be listed are a failure, and not an empty list', async () => {
  const bench = await makeBench();
  await backup(bench.config());
  // 0.14, before a server that answered 404 to each request for the list.
  const does = "echo 'could not load snapshots: The specified key does not exist.' >&2; echo '[]'";
  await withRestic(bench, 'snapshots', does, async () => {
    await expect(listArchives(bench.config())).rejects.toMatchObject({
      code: 'REPOSITORY_FAILED',
      repository: bench.place.path,
      message: expect.stringContaining('The specified key does not exist.'),
    });
  });
  expect(await listArchives(bench.config())).toHaveLength(1);
});

test('what restic could not remove is not reported as removed, though restic succeeds', async () => {
  const bench = await makeBench();
  const { repositories } = await backup(bench.config());
  const archive = repositories[0]?.archive as string;
  await backup(bench.config());
  const refused = { code: 'REPOSITORY_FAILED', message: expect.stringContaining('unable to remove') };
  // 0.18.0, before a server that takes new files only.
  const does = "echo 'unable to remove snapshot/87a81632c8 from the repository' >&2";
  await withRestic(bench, 'forget', does, async () => {
    await expect(deleteArchive(bench.config(), { archive })).rejects.toMatchObject(refused);
    await expect(prune(bench.config(), { keepLast: 1 })).rejects.toMatchObject(refused);
  });
  expect(await listArchives(bench.config())).toHaveLength(2);
  await expectQuiet(bench);
});
