import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const guides = join(import.meta.dirname, '../../docs/guides');

/** The fenced blocks of one language in a guide, in order. */
export async function blocksOf(guide: string, language: string): Promise<string[]> {
  const text = await readFile(join(guides, guide), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, block = '']) =>
    name === language ? [block] : [],
  );
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
