import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { charts, withFigures } from '../../bench/report/document.mjs';
import { publishedResults, readResults } from '../../bench/report/results.mjs';
import { roundsOf } from '../../bench/rows.mjs';

const docs = join(import.meta.dirname, '../../docs');
const results = readResults(publishedResults);

test('the document has the tables of the published figures', async () => {
  const document = await readFile(join(docs, 'performance.md'), 'utf8');
  expect(withFigures(document, results)).toBe(document);
});

test('the charts are those of the published figures, and each is shown', async () => {
  const directory = join(docs, 'performance');
  const drawn = charts(results);
  const names = (await readdir(directory)).filter((name) => name.endsWith('.svg'));
  expect(names.sort()).toEqual(Object.keys(drawn).sort());
  const document = await readFile(join(docs, 'performance.md'), 'utf8');
  for (const [name, svg] of Object.entries(drawn)) {
    expect(await readFile(join(directory, name), 'utf8')).toBe(svg);
    expect(document).toContain(`](performance/${name})`);
  }
});

test('the published figures are of every round, five or more in the full mode, and tell nothing of whose machine it was', async () => {
  const text = await readFile(publishedResults, 'utf8');
  if (results.mode === 'full') expect(results.rounds).toBeGreaterThanOrEqual(5);
  for (const [row, series] of Object.entries(results.rows)) {
    for (const own of Object.values(series)) {
      for (const figures of Object.values(own)) expect(figures).toHaveLength(roundsOf(Number(row), results.rounds));
    }
  }
  expect(text).not.toContain(hostname());
  expect(text).not.toMatch(/"\/|\/home|\/tmp|\/root/);
});
