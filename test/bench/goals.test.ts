import { expect, test } from '@jest/globals';
import { outcomeOf } from '../../bench/report/goals.mjs';

const series = {
  raw: { seconds: [10, 20, 10] },
  dumpstream: { seconds: [10.5, 20.2, 10.4], growthShare: [0.01, 0.05, 0.01], archivedShare: [1, 0.9, 1] },
};

test('a ratio is taken round by round, and beside it the ratio of the medians', () => {
  const { seen, ofMedians, allowed, met } = outcomeOf({ metric: 'seconds', against: 'raw', factor: 1.02 }, series);
  expect(seen).toEqual({ median: 1.04, least: 1.01, most: 1.05 });
  expect(ofMedians).toBeCloseTo(1.05);
  expect(allowed).toBe(1.02);
  expect(met).toBe(false);
});

test('a constant allows more, by the other one’s median', () => {
  const goal = { metric: 'seconds', against: 'raw', factor: 1.02, plus: 0.3 };
  expect(outcomeOf(goal, series)).toMatchObject({ goal: '≤ 1.02 × raw + 0.300 s', allowed: 1.05, met: true });
});

test('a limit is for the median, and one from below for every round', () => {
  expect(outcomeOf({ metric: 'growthShare', factor: 0.02 }, series)).toMatchObject({ met: true });
  expect(outcomeOf({ metric: 'growthShare', factor: 0.005 }, series)).toMatchObject({ met: false });
  expect(outcomeOf({ metric: 'archivedShare', factor: 1, atLeast: true }, series)).toMatchObject({ met: false });
});

test('figures that are not there are an error, not a success', () => {
  expect(() => outcomeOf({ metric: 'seconds', against: 'borgmatic', factor: 1 }, series)).toThrow(/borgmatic/);
  const short = { ...series, raw: { seconds: [10] } };
  expect(() => outcomeOf({ metric: 'seconds', against: 'raw', factor: 1 }, short)).toThrow(/rounds/);
});
