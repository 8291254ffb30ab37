import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blocksIn } from './page.ts';

const guides = join(import.meta.dirname, '../../docs/guides');

/** The fenced blocks of one language in a guide, in order. */
export async function blocksOf(guide: string, language: string): Promise<string[]> {
  const blocks = blocksIn(await readFile(join(guides, guide), 'utf8'));
  return blocks.filter((block) => block.language === language).map(({ text }) => text);
}

/** Replaces what stands for something that is different for everybody. Each must be there. */
export function filledIn(text: string, values: Readonly<Record<string, string>>): string {
  let filled = text;
  for (const [placeholder, value] of Object.entries(values)) {
    if (!filled.includes(placeholder)) throw new Error(`the guide does not say ${placeholder}`);
    filled = filled.replaceAll(placeholder, value);
  }
  return filled;
}
