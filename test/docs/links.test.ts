import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { allPages } from '../support/page.ts';

const root = join(import.meta.dirname, '../..');
const pages = allPages();

/** Where code is, brackets are no links. */
const withoutCode = (text: string) => text.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, '``');

/** The fragments of a page's headings, as GitHub makes them. */
function anchorsOf(path: string): Set<string> {
  const anchors = new Set<string>();
  const text = readFileSync(path, 'utf8').replaceAll(/^```.*?^```$/gms, '');
  for (const [, heading = ''] of text.matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = plain.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    let unique = anchor;
    for (let n = 1; anchors.has(unique); n++) unique = `${anchor}-${n}`;
    anchors.add(unique);
  }
  return anchors;
}

test('every link within the documentation leads to a file that is there, and to a heading that is in it', () => {
  const broken: string[] = [];
  let seen = 0;
  for (const { path, text } of pages) {
    for (const [, target = ''] of withoutCode(text).matchAll(/\]\(\s*([^)\s]+)\s*\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      seen++;
      const [file = '', anchor] = target.split('#');
      const there = file === '' ? join(root, path) : join(root, dirname(path), file);
      const found =
        existsSync(there) && (anchor === undefined || (statSync(there).isFile() && anchorsOf(there).has(anchor)));
      if (!found) broken.push(`${path}: ${target}`);
    }
  }
  expect(seen).toBeGreaterThan(50);
  expect(broken).toEqual([]);
});

test('every page is reached from the index, directly or by other pages', () => {
  const targets = new Map(
    pages.map(({ path, text }) => [
      path,
      [...withoutCode(text).matchAll(/\]\(\s*([^)#\s]+)/g)].map(([, target = '']) => join(dirname(path), target)),
    ]),
  );
  const reached = new Set<string>();
  const visit = (path: string) => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const target of targets.get(path) ?? []) visit(target);
  };
  visit('docs/README.md');
  expect(pages.map(({ path }) => path).filter((path) => path.startsWith('docs/') && !reached.has(path))).toEqual([]);
});
