import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { expect, test } from '@jest/globals';
import { sqlite } from '../../examples/hook-sqlite/sqlite.mjs';
import { allPages, type Block, type Page } from '../support/page.ts';
import { tempDir } from '../support/servers.ts';
import { filesOf, isCode, problemsIn } from './support/code.ts';
import { loaded } from './support/configuration.ts';

const root = join(import.meta.dirname, '../..');
/** What is written for users. */
const pages = allPages().filter(({ path }) => path !== 'ARCHITECTURE.md');

interface Placed extends Block {
  readonly page: Page;
}

const blocks: readonly Placed[] = pages.flatMap((page) => page.blocks.map((block) => ({ ...block, page })));
const at = ({ page, line }: Placed) => `${page.path}:${line}`;

/** Those for which nothing says that they are checked elsewhere, or cannot be checked. */
const plain = (language: string) => blocks.filter((block) => block.language === language && block.note === undefined);

test('all JavaScript and TypeScript in the documentation compiles', () => {
  const files = new Map(pages.flatMap((page) => [...filesOf(page)]));
  expect(files.size).toBeGreaterThan(10);
  expect(problemsIn(files)).toEqual([]);
}, 300_000);

test('every configuration in the documentation is valid, and says nothing that is ignored', async () => {
  const directory = await tempDir();
  const hooks = [postgresql(), mysql(), mariadb(), sqlite];
  const problems: string[] = [];
  const found = plain('yaml');
  for (const block of found) {
    const outcome = await loaded(block.text, hooks, directory).then(
      ({ warnings }) => warnings,
      (error: Error) => [error.message],
    );
    problems.push(...outcome.map((problem) => `${at(block)}: ${problem}`));
  }
  expect(found.length).toBeGreaterThan(8);
  expect(problems).toEqual([]);
});

test('every shell command in the documentation can be read by a shell', async () => {
  const shell = blocks.filter(({ language }) => language === 'sh');
  const problems = await Promise.all(
    shell.map((block) =>
      promisify(execFile)('bash', ['-n', '-c', block.text]).then(
        () => [],
        (error: Error) => [`${at(block)}: ${error.message}`],
      ),
    ),
  );
  expect(problems.flat()).toEqual([]);
});

test('JSON in the documentation can be parsed', () => {
  for (const { text } of plain('json')) JSON.parse(text);
});

test('a block that is said to be checked elsewhere is checked there', () => {
  const unknown = blocks.flatMap((block) => {
    const [, file] = /^checked by (\S+)$/.exec(block.note ?? '') ?? [];
    if (file === undefined) return [];
    const path = join(root, file);
    return existsSync(path) && readFileSync(path, 'utf8').includes(basename(block.page.path)) ? [] : [at(block)];
  });
  expect(unknown).toEqual([]);
});

/** By page. A block that is added here is one that may be wrong: better have it checked. */
const uncheckedBlocks: Readonly<Record<string, number>> = {
  'docs/guides/from-a-script.md': 1,
  'docs/guides/kubernetes.md': 1,
};

test('what is not checked says so, with the reason, and is counted', () => {
  const checked = new Set(['js', 'ts', 'yaml', 'sh', 'json']);
  const known = /^(?:checked by \S+|not checked: \S.*|goes on)$/;
  const unsaid = blocks.filter(({ language, note }) =>
    note === undefined ? !checked.has(language) : !known.test(note),
  );
  expect(unsaid.map(at)).toEqual([]);
  const unchecked: Record<string, number> = {};
  for (const { page, note } of blocks) {
    if (note?.startsWith('not checked') === true) unchecked[page.path] = (unchecked[page.path] ?? 0) + 1;
  }
  expect(unchecked).toEqual(uncheckedBlocks);
});

test('every fence opens a block with a language, and a note is for code alone where the block goes on', () => {
  const bare = pages.flatMap(({ path, text, blocks: own }) =>
    (text.match(/^ *```/gm)?.length ?? 0) === own.length * 2 ? [] : [path],
  );
  expect(bare).toEqual([]);
  expect(blocks.filter(({ note, language }) => note === 'goes on' && !isCode(language)).map(at)).toEqual([]);
});
