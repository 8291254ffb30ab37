import { expect, test } from '@jest/globals';
import { charts, withFigures } from '../../bench/report/document.mjs';
import { modes } from '../../bench/sizes.mjs';

const page = 'Before.\n<!-- figures: written by `npm run bench:report` -->\nold\n<!-- end of figures -->\nAfter.\n';

const resultsOf = (rows: Record<string, Record<string, Record<string, number[]>>>) => ({
  mode: 'full',
  rounds: 1,
  sizes: modes.full as NonNullable<typeof modes.full>,
  machine: { restic: '0.14.0' },
  rows,
});

const byConcurrency = {
  'dumpstream, concurrency 1': { seconds: [8], callSeconds: [7] },
  dumpstream: { seconds: [4], callSeconds: [3] },
};

test('what is written of sizes, and the links to charts, are of the rows that were measured', () => {
  const rows = { 24: { raw: { seconds: [10] }, dumpstream: { seconds: [5] } }, 27: byConcurrency };
  const written = withFigures(page, resultsOf(rows), 'scaling');
  expect(written).toMatch(/^Before\.\n[\s\S]*\nAfter\.\n$/);
  expect(written).toContain('Mode `full`, 1 rounds. Rows 24, 27: 50 databases, half of each system.\n');
  expect(written).toContain('| 24 | ≤ 0.7 × raw | 0.50 (0.50–0.50) | 0.50 | 0.70 | met |');
  expect(written.match(/\]\(scaling\/row-\d\d\.svg\)/g)).toEqual(['](scaling/row-24.svg)', '](scaling/row-27.svg)']);
  expect(written).not.toContain('old');
});

test('rows without a goal are shown, without a table of goals', () => {
  const results = resultsOf({ 27: byConcurrency });
  const written = withFigures(page, results, 'scaling');
  expect(written).not.toContain('| goal |');
  expect(written).toContain('| dumpstream, concurrency 1 | 8.00 s (8.00 s–8.00 s) | 7.00 s (7.00 s–7.00 s) |');
  expect(Object.keys(charts(results))).toEqual(['row-27.svg']);
});
