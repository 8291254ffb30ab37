import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { charts, withFigures } from '../../bench/report/document.mjs';
import { publications } from '../../bench/report/publications.mjs';
import { readResults } from '../../bench/report/results.mjs';
import { roundsOf } from '../../bench/rows.mjs';

const published = Object.entries(publications).filter(([, { results }]) => existsSync(results));

test('the figures of every engine are published', () => {
  expect(published.map(([engine]) => engine)).toEqual(['borg', 'restic']);
});

describe.each(published)('with %s', (_, { document: file, charts: directory, results: resultsFile, rounds }) => {
  const results = readResults(resultsFile);

  test('the document has the tables of the published figures', async () => {
    const document = await readFile(file, 'utf8');
    expect(withFigures(document, results, basename(directory))).toBe(document);
  });

  test('the charts are those of the published figures, and each is shown', async () => {
    const drawn = charts(results);
    const names = (await readdir(directory)).filter((name) => name.endsWith('.svg'));
    expect(names.sort()).toEqual(Object.keys(drawn).sort());
    const document = await readFile(file, 'utf8');
    for (const [name, svg] of Object.entries(drawn)) {
      expect(await readFile(join(directory, name), 'utf8')).toBe(svg);
      expect(document).toContain(`](${basename(directory)}/${name})`);
    }
  });

  test('the published figures are of every round, enough of them in the full mode, and tell nothing of whose machine it was', async () => {
    const text = await readFile(resultsFile, 'utf8');
    if (results.mode === 'full') expect(results.rounds).toBeGreaterThanOrEqual(rounds);
    for (const [row, series] of Object.entries(results.rows)) {
      for (const own of Object.values(series)) {
        for (const figures of Object.values(own)) expect(figures).toHaveLength(roundsOf(Number(row), results.rounds));
      }
    }
    expect(text).not.toContain(hostname());
    expect(text).not.toMatch(/"\/|\/home|\/tmp|\/root/);
  });
});
