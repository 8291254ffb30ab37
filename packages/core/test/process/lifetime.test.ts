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
  expect((await boundToHost(['/bin/true', '--x'])).slice(1)).toEqual(['--pdeathsig', 'TERM', '--', '/bin/true', '--x']);
  expect(await unboundReason()).toBeUndefined();
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
