import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { BackupError } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../../../test/support/servers.ts';
import { makeRunDirectory, removeRunDirectory } from '../../src/process/run-directory.ts';

test('each run has a fresh private directory', async () => {
  const base = join(await tempDir(), 'made/on demand');
  const [first, second] = [await makeRunDirectory(base), await makeRunDirectory(base)];
  expect(first).not.toBe(second);
  expect(statSync(first).mode & 0o777).toBe(0o700);
  expect(statSync(base).mode & 0o777).toBe(0o700);
  await removeRunDirectory(first);
  expect(readdirSync(base)).toHaveLength(1);
});

test('what a dead run left is removed, and what a living run has is kept', async () => {
  const base = await tempDir();
  const living = await makeRunDirectory(base);
  const [, where] = /run-(\w+)-/.exec(living) ?? [];
  const dead = join(base, `run-${where}-${process.pid}-1-abcdef`); // this process id, started at another time
  const elsewhere = join(base, `run-0123456789ab-1-1-abcdef`);
  const somebodyElses = join(base, 'notes');
  for (const path of [dead, elsewhere, somebodyElses]) mkdirSync(path);
  await makeRunDirectory(base);
  const left = readdirSync(base);
  expect(left).toHaveLength(4);
  expect(left.map((name) => join(base, name))).toEqual(expect.arrayContaining([living, elsewhere, somebodyElses]));
});

const unsafe: Readonly<Record<string, (base: string) => void>> = {
  'is a symbolic link': (base) => symlinkSync('/tmp', base),
  'can be written to by others': (base) => {
    mkdirSync(base);
    chmodSync(base, 0o770);
  },
  ...(process.getuid?.() === 0 // only root can give a directory away
    ? {
        'belongs to another user': (base: string) => {
          mkdirSync(base, { mode: 0o700 });
          chownSync(base, 65534, 65534);
        },
      }
    : {}),
};

for (const [what, make] of Object.entries(unsafe)) {
  test(`a base that ${what} is refused`, async () => {
    const base = join(await tempDir(), 'base');
    make(base);
    await expect(makeRunDirectory(base)).rejects.toMatchObject({
      code: 'RUN_DIRECTORY_UNSAFE',
      message: expect.stringContaining(what),
      hint: expect.stringContaining('borgmatic_source_directory'),
    });
  });
}

test('a base that cannot be made is refused with the reason', async () => {
  const failure = await makeRunDirectory('/etc/hostname/no').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(BackupError);
  expect(failure).toMatchObject({ code: 'RUN_DIRECTORY_UNSAFE', message: expect.stringContaining('/etc/hostname/no') });
});
