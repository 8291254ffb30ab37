import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { charts, withFigures } from './report/document.mjs';
import { readResults } from './report/results.mjs';

/**
 * Writes an engine's figures into the documentation: tables and charts.
 *
 * @param {import('./report/publications.mjs').Publication} publication
 */
export function publish({ document, charts: directory, results: file }) {
  const results = readResults(file);
  writeFileSync(document, withFigures(readFileSync(document, 'utf8'), results, basename(directory)));
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) if (name.endsWith('.svg')) rmSync(join(directory, name));
  for (const [name, svg] of Object.entries(charts(results))) writeFileSync(join(directory, name), svg);
}
