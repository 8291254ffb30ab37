import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { backup, listArchives, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../../test/support/servers.ts';
import { makeBench, snapshotsIn, snapshotsOf } from './support/bench.ts';
import { onDisk } from './support/servers.ts';

/** A file system of its own: root alone may mount one. */
const isRoot = process.getuid?.() === 0;

if (isRoot) {
  test('a disk that is full fails the backup, and what was there stays whole', async () => {
    const mount = await tempDir();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=5m', 'tmpfs', mount]);
    try {
      mkdirSync(join(mount, 'repository'));
      const bench = await makeBench(onDisk(join(mount, 'repository')), { one: 1_000_000, two: 1_000 });
      await backup(bench.config());
      const [first] = await listArchives(bench.config());
      const config = bench.config([{ name: 'one' }, { name: 'two', dump: 'head -c 9000000 /dev/urandom' }]);
      await expect(backup(config)).rejects.toMatchObject({
        code: 'REPOSITORY_FAILED',
        message: expect.stringContaining('no space left on device'),
        hint: expect.stringContaining('free some space'),
      });
      expect(await snapshotsIn(bench)).toEqual(snapshotsOf(first?.name as string, 'one', 'two'));
      await restore(bench.config(), { archive: 'latest', databases: ['one'] });
    } finally {
      execFileSync('umount', [mount]);
    }
  });
}

test('where there is no place for temporary files, the backup fails and says so', async () => {
  const bench = await makeBench();
  const nowhere = join(bench.directory, 'nowhere');
  const environment = { TMPDIR: nowhere };
  await expect(backup(bench.config(undefined, { environment }))).rejects.toMatchObject({
    code: 'REPOSITORY_FAILED',
    message: expect.stringMatching(/restic-temp-pack.*no such file/),
  });
  expect(await snapshotsIn(bench)).toEqual([]);
});
