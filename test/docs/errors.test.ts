import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackupError, errorCodes } from '@dumpstream/core';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8');

/** By heading. */
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);

test('docs/reference/errors.md has a section for every code, and for no other, with cause and remedy', () => {
  expect([...sections.keys()]).toEqual([...errorCodes]);
  for (const [code, section] of sections) {
    expect(section).toMatch(new RegExp(`^${code}\\n\\n\\*\\*Cause\\.\\*\\* \\S.*\\n\\n\\*\\*Remedy\\.\\*\\* \\S`, 's'));
  }
});

test.each(errorCodes)('a hint of %s ends with its section, once, and keeps its advice', (code) => {
  const section = `see docs/reference/errors.md#${code.toLowerCase()}`;
  expect(new BackupError(code, 'x').hint).toBe(section);
  const advised = new BackupError(code, 'x', { hint: 'try again' });
  expect(advised.hint).toBe(`try again; ${section}`);
  // As errors are made that know more, and as one of another code is made of one.
  expect(new BackupError(code, 'y', { hint: advised.hint }).hint).toBe(advised.hint);
  expect(new BackupError('ABORTED', 'y', { hint: advised.hint }).hint).toBe(
    'try again; see docs/reference/errors.md#aborted',
  );
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
