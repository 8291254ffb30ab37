import { expect, test } from '@jest/globals';
import { drawChart } from '../../bench/report/chart.mjs';

const bars = [
  { label: 'raw', figures: [1, 2, 3] },
  { label: 'dumpstream', figures: [4] },
];

test('a bar is as long as its median says, with a dot for each round', () => {
  const svg = drawChart({ title: 'A', metric: 'seconds', bars, goals: [] });
  const [raw, own] = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
  expect(own).toBeCloseTo(2 * (raw as number), 0);
  expect(svg.match(/<circle/g)).toHaveLength(4);
});

test('what would be markup in words is not', () => {
  const svg = drawChart({ title: 'a < b & `c`', metric: 'seconds', bars, goals: [2] });
  expect(svg).toContain('>a &lt; b &amp; c<');
  expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
});
