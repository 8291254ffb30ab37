import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** Of its opening fence, from 1. */
  readonly line: number;
  /** The file that the page writes: its name stands alone and in bold above the block. */
  readonly file?: string;
  /** What an HTML comment right above says to the tests, such as `not checked: …`. */
  readonly note?: string;
}

export interface Page {
  /** From the repository's root: `docs/README.md`. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

const above = /(?:^\*\*(?<file>[\w./-]+)\*\*\n\n)?(?:^<!-- (?<note>[^\n]*) -->\n)?/;
const fence = /^```(?<language>\w+)\n(?<text>.*?)^```$/;
const form = new RegExp(above.source + fence.source, 'gms');

export function blocksIn(page: string): Block[] {
  return [...page.matchAll(form)].map(({ groups = {}, index, 0: found }) => {
    const { language = '', text = '', file, note } = groups;
    const line = page.slice(0, index + found.indexOf('```')).split('\n').length;
    return { language, text, line, ...(file === undefined ? {} : { file }), ...(note === undefined ? {} : { note }) };
  });
}

/** @param path from the repository's root */
export function pageAt(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, blocks: blocksIn(text) };
}

/** Every page for users: those at the root, all of `docs`, and the README of each package and example. */
export function allPages(): Page[] {
  const markdown = (folder: string, recursive = false) =>
    readdirSync(join(root, folder), { recursive, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name));
  const members = ['packages', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => markdown(join(folder, name)).filter((path) => path.endsWith('README.md'))),
  );
  return [...markdown('.'), ...markdown('docs', true), ...markdown('examples'), ...members].sort().map(pageAt);
}
