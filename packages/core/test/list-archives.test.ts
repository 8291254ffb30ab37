import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, listArchives, parseConfig, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { archiveNames, borg, workbench } from './support/workbench.ts';

test('complete, incomplete, interrupted and foreign archives are told apart', async () => {
  const bench = await workbench({ one: 1_000 });
  const config = bench.config([{ name: 'one' }]);
  const made = async () => (await backup(config)).repositories[0]?.archive as string;
  const [whole, stripped] = [await made(), await made()];
  borg('recreate', `${bench.repository}::${stripped}`, '--exclude', 'dumpstream/manifest.json');
  const foreign = join(bench.directory, 'a file');
  await writeFile(foreign, 'of somebody else');
  // Borg's name for what it has of an archive when it is interrupted.
  borg('create', `${bench.repository}::later.checkpoint`, foreign);
  borg('create', `${bench.repository}::other`, foreign);

  const listed = await listArchives(config, { verify: true });

  const ref = { hook: 'files', name: 'one', kind: 'database' };
  expect(listed).toMatchObject([
    { name: whole, status: 'complete', databases: [ref] },
    { name: stripped, status: 'incomplete', databases: [] },
    { name: 'other', status: 'foreign', databases: [] },
  ]);
  expect(archiveNames(bench.repository)).toContain('later.checkpoint');
  await expect(restore(config, { archive: 'later.checkpoint' })).rejects.toMatchObject({ code: 'ARCHIVE_NOT_FOUND' });
  // One call of Borg takes each archive's own word for it.
  expect((await listArchives(config)).map(({ status }) => status)).toEqual(['complete', 'complete', 'foreign']);
  expect(await listArchives(config, { last: 1 })).toEqual([listed[2]]);
  expect((await restore(config, { archive: 'latest' })).archive).toBe(whole);
});

test('an archive that Borg itself has been interrupted in is not listed', async () => {
  const bench = await workbench({ one: 1_000 });
  const config = bench.config([{ name: 'one' }]);
  const script = 'head -c 20000000 /dev/urandom; sleep 1; head -c 20000000 /dev/urandom; kill -TERM $PPID; sleep 9';
  const args = ['create', '--checkpoint-interval', '1', '--chunker-params', '10,23,16,4095', '--content-from-command'];
  expect(() =>
    execFileSync('borg', [...args, '--', `${bench.repository}::cut`, 'sh', '-c', script], {
      env: { ...process.env, BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes' },
      stdio: 'pipe',
    }),
  ).toThrow();
  expect(archiveNames(bench.repository)).toEqual([expect.stringMatching(/^cut\.checkpoint/)]);
  expect(await listArchives(config)).toEqual([]);
});

test.each([0, -1, 1.5, Number.NaN, '2' as unknown as number])(
  'the last %p archives are CONFIG_INVALID',
  async (last) => {
    const config = parseConfig({ repositories: ['/nonexistent/repository'] }, { hooks: [] });
    await expect(listArchives(config, { last })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(String(last)),
      hint: expect.stringContaining('`last`'),
    });
  },
);
