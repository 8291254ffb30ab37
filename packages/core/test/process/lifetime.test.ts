import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backup } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../../../test/support/servers.ts';
import { boundToHost, unboundReason } from '../../src/process/lifetime.ts';
import { workbench } from '../support/workbench.ts';

async function withPath<T>(path: string, work: () => Promise<T>): Promise<T> {
  const before = process.env.PATH;
  process.env.PATH = path;
  try {
    return await work();
  } finally {
    process.env.PATH = before;
  }
}

test('a command is bound to the host by setpriv', async () => {
  const bound = await boundToHost(['/bin/echo', 'a b', '$0']);
  expect(bound.slice(1, 4)).toEqual(['--pdeathsig', 'TERM', '--']);
  const [file, ...args] = bound as [string, ...string[]];
  expect(execFileSync(file, args, { encoding: 'utf8' })).toBe('a b $0\n');
  expect(await unboundReason()).toBeUndefined();
});

test('a command whose host has died in the meantime is not begun', async () => {
  const [file, ...args] = (await boundToHost(['/bin/echo', 'begun'])) as [string, ...string[]];
  // The shell stands between, and dies for no host of the command's.
  const orphan = spawnSync('sh', ['-c', '"$@"; exit 0', 'sh', file, ...args], { encoding: 'utf8' });
  expect(orphan).toMatchObject({ status: 0, stdout: '' });
});

test('where setpriv is missing, or is that of busybox, commands run without it and a warning says so', async () => {
  const directory = await tempDir();
  await withPath(directory, async () => {
    expect(await boundToHost(['/bin/true'])).toEqual(['/bin/true']);
    expect(await unboundReason()).toContain('util-linux');
    writeFileSync(join(directory, 'busybox'), '');
    chmodSync(join(directory, 'busybox'), 0o755);
    symlinkSync('busybox', join(directory, 'setpriv'));
    expect(await boundToHost(['/bin/true'])).toEqual(['/bin/true']);
  });
});

test('the warning is in the report', async () => {
  const bench = await workbench({ one: 10 });
  const programs = join(bench.directory, 'programs');
  mkdirSync(programs);
  for (const name of ['borg', 'mkfifo', 'cat']) symlinkSync(`/usr/bin/${name}`, join(programs, name));
  const report = await withPath(programs, () => backup(bench.config([{ name: 'one' }])));
  expect(report.warnings).toEqual([expect.stringContaining('setpriv')]);
});
