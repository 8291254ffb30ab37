import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readResults, writeResults } from '../../bench/report/results.mjs';
import { modes } from '../../bench/sizes.mjs';
import { tempDir } from '../support/servers.ts';

const resultsOf = (machine: Record<string, string>, rows: readonly number[]) => ({
  mode: 'full',
  rounds: 1,
  sizes: modes.full as NonNullable<typeof modes.full>,
  machine,
  rows: Object.fromEntries(rows.map((row) => [row, { dumpstream: { seconds: [1] } }])),
});

test('rows that were measured before stay if the conditions are the same, and they were not asked for again', async () => {
  const file = join(await tempDir(), 'results.json');
  const left = () => Object.keys(readResults(file).rows);
  writeResults(file, resultsOf({ restic: '0.14.0' }, [21, 22, 24]), new Set([21, 22, 24]));
  writeResults(file, resultsOf({ restic: '0.14.0' }, [22]), new Set([22, 24]));
  expect(left()).toEqual(['21', '22']);
  writeResults(file, resultsOf({ restic: '0.16.4' }, [27]), new Set([27]));
  expect(left()).toEqual(['27']);
});
