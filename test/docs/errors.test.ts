import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodes } from '@dumpstream/core';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');

test('docs/reference/errors.md explains every code, and no other', () => {
  const page = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8');
  expect([...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code)).toEqual([...errorCodes]);
});

test('every code is provoked by a test', () => {
  const tests = ['packages', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules') && !file.includes('docs/'))
      .map((file) => readFileSync(join(root, folder, file), 'utf8')),
  );
  const unprovoked = errorCodes.filter((code) => !tests.some((text) => text.includes(`'${code}'`)));
  expect(unprovoked).toEqual([]);
});
