import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, listArchives, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { workbench } from './support/workbench.ts';

const path = process.env.PATH as string;

/** Has every start of Borg noted, while the work is done. @returns the first arguments */
async function startsOf(directory: string, work: () => Promise<unknown>): Promise<string[]> {
  const borg = execFileSync('which', ['borg'], { encoding: 'utf8' }).trim();
  const notes = join(directory, 'starts');
  const programs = join(directory, 'programs');
  await mkdir(programs, { recursive: true });
  await writeFile(notes, '');
  await writeFile(join(programs, 'borg'), `#!/bin/sh\necho "$1" >> '${notes}'\nexec '${borg}' "$@"\n`);
  await chmod(join(programs, 'borg'), 0o755);
  process.env.PATH = `${programs}:${path}`;
  try {
    await work();
  } finally {
    process.env.PATH = path;
  }
  return (await readFile(notes, 'utf8')).split('\n').filter(Boolean);
}

test('Borg is started as seldom as can be, however many databases there are', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `small ${index}`);
  const bench = await workbench(Object.fromEntries([...names.map((name) => [name, 1000]), ['large', 5_000_000]]));
  const config = bench.config([...names, 'large'].map((name) => ({ name })));
  const starts = (work: () => Promise<unknown>) => startsOf(bench.directory, work);

  expect(await starts(() => backup(config))).toEqual(['create', 'list']);
  expect(await starts(() => listArchives(config))).toEqual(['list']);
  const opened = ['extract', 'list', 'list'];
  const restored = (databases = [...names, 'large']) => starts(() => restore(config, { archive: 'latest', databases }));
  expect((await restored([names[0] as string])).sort()).toEqual([...opened, 'extract'].sort());
  expect((await restored(names)).sort()).toEqual([...opened, 'extract'].sort());
  expect((await restored()).sort()).toEqual([...opened, 'extract', 'extract'].sort());
});
