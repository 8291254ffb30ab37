import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/setup/workspace.mjs';
import { charts, withFigures } from './report/document.mjs';
import { publishedResults, readResults } from './report/results.mjs';

/** Writes the figures into the documentation: tables and charts. */
export function publish() {
  const results = readResults(publishedResults);
  const document = join(root, 'docs/performance.md');
  writeFileSync(document, withFigures(readFileSync(document, 'utf8'), results));
  const directory = join(root, 'docs/performance');
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) if (name.endsWith('.svg')) rmSync(join(directory, name));
  for (const [name, svg] of Object.entries(charts(results))) writeFileSync(join(directory, name), svg);
}
