import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/reference-coverage.md'), 'utf8');

/** The table's rows, as paragraph, counterpart and tests. */
const rows = [...page.matchAll(/^\| (.+) \| (.+) \| (.+) \|$/gm)].map(([, ...cells]) => cells).slice(1);

/** The headings of the documentation. */
const headings = [
  'Database dump hooks',
  'Configuration backups',
  'Supported databases',
  'Database restoration',
  'Repository selection',
  'Restore particular databases',
  'Limitations',
  'Manual restoration',
  'Preparation and cleanup hooks',
  'Troubleshooting',
  'Related documentation',
];

test('every heading of the documentation is in the table, in its order', () => {
  const found = rows.flatMap(([paragraph = '']) => [...paragraph.matchAll(/\*\*(.+?)\*\*/g)].map(([, name]) => name));
  expect(found).toEqual(headings);
});

test('every row names tests, and every test that is named exists', () => {
  const missing: string[] = [];
  for (const [paragraph, , tests = ''] of rows) {
    for (const named of tests.split('<br>')) {
      const [, file, title] = /^`([^`]+\.test\.ts)`: (.+)$/.exec(named.trim()) ?? [];
      if (file === undefined || title === undefined) missing.push(`${paragraph}: no test in ${named}`);
      else if (!titlesIn(file).includes(title)) missing.push(`${file}: ${title}`);
    }
  }
  expect(rows.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});

/** As they are written, without what escapes their quotes. */
function titlesIn(file: string): (string | undefined)[] {
  const path = join(root, file);
  if (!existsSync(path)) return [];
  const found = readFileSync(path, 'utf8').matchAll(/\btest(?:\.each\([^)]*\))?\(\s*(['"`])(.*?)(?<!\\)\1,/gs);
  return [...found].map(([, , title]) => title?.replaceAll(/\\(['"`])/g, '$1'));
}
