import { expect, test } from '@jest/globals';
import { readOptions } from '../../bench/options.mjs';
import { rowOf, rows } from '../../bench/rows.mjs';

test('every row of an engine is measured unless some are chosen, and none of another', () => {
  expect([...readOptions([]).rows]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const { rows: chosen, scenarios } = readOptions(['--engine', 'restic']);
  expect([...chosen]).toEqual([21, 22, 24, 25, 26, 27]);
  expect(scenarios).toEqual(['large', 'many']);
  expect([...readOptions(['--engine', 'restic', '--rows', '27']).rows]).toEqual([27]);
});

test('a row of another engine is none, and neither is an engine that nobody knows', () => {
  expect(() => readOptions(['--engine', 'restic', '--rows', '4'])).toThrow(/with restic there is no row 4: .*21, 22/);
  expect(() => readOptions(['--rows', '24'])).toThrow(/with borg there is no row 24/);
  expect(() => readOptions(['--engine', 'tar'])).toThrow(/no engine tar: take one of borg, restic/);
});

test('each engine has its own places for figures', () => {
  const outputs = ['borg', 'restic'].flatMap((engine) =>
    ['small', 'full'].map((mode) => readOptions(['--engine', engine, '--mode', mode]).output),
  );
  expect(outputs.map((output) => output.split('/').slice(-2).join('/'))).toEqual([
    '.cache/bench.json',
    'performance/results.json',
    '.cache/bench-restic.json',
    'scaling/results.json',
  ]);
});

test('a row that both engines have is the same in both', () => {
  for (const row of rows.filter(({ number }) => number > 20 && number < 27)) {
    const { scenario, metrics } = rowOf(row.number - 20);
    expect(row).toMatchObject({ engine: 'restic', scenario, metrics });
  }
});
