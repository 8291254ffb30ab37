import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { linesOf, terminal } from '../../scripts/picture/terminal.mjs';

const root = join(import.meta.dirname, '../..');

// That its text is what the demo prints is seen where the demo runs.
test("the README's picture is as it was drawn, and shows that every call has done its work", async () => {
  expect(await readFile(join(root, 'README.md'), 'utf8')).toContain('](docs/demo.svg)');
  const picture = await readFile(join(root, 'docs/demo.svg'), 'utf8');
  const lines = linesOf(picture);
  expect(terminal(lines)).toBe(picture);
  expect(lines).toEqual(
    expect.arrayContaining(['backup(config)', 'listArchives(config)', "restore(config, { archive: 'latest' })"]),
  );
  expect(lines.at(-1)).toBe('Every row and every object is as it was.');
});
