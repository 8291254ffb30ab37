import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Recorder } from '../../bench/support/recorder.mjs';

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => {
  jest.restoreAllMocks();
});

test('a row is finished when every round of it is', () => {
  const recorder = new Recorder({ rows: new Set([24]), rounds: 2 });
  recorder.add(24, 'raw', { seconds: 2 });
  recorder.add(24, 'dumpstream', { seconds: 1, callSeconds: undefined });
  recorder.add(24, 'raw', { seconds: 2 });
  recorder.add(25, 'raw', { seconds: 2 });
  expect(recorder.finished()).toEqual({});
  recorder.add(24, 'dumpstream', { seconds: 1 });
  expect(recorder.finished()).toEqual({ 24: { raw: { seconds: [2, 2] }, dumpstream: { seconds: [1, 1] } } });
});

test('a row without goals is not finished while ours is missing', () => {
  const recorder = new Recorder({ rows: new Set([27]), rounds: 1 });
  recorder.add(27, 'dumpstream, concurrency 1', { seconds: 2 });
  expect(recorder.finished()).toEqual({});
  recorder.add(27, 'dumpstream', { seconds: 1 });
  expect(Object.keys(recorder.finished())).toEqual(['27']);
});
