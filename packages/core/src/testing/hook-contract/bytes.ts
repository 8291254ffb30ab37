import { memoryRepository } from '../memory-repository.ts';
import type { Bench } from './bench.ts';
import type { HookCase } from './hook-case.ts';
import { awkwardBytes, bulk } from './values.ts';

export const exactBytes: HookCase = {
  id: 'exact-bytes',
  title: 'no byte is changed on the way: not NUL, not line ends, not what is no text',
  run: (bench) => thereAndBack(bench, awkwardBytes()),
};

export const emptyDump: HookCase = {
  id: 'empty-dump',
  title: 'a database with nothing in it is dumped, and comes back with nothing in it',
  run: (bench) => thereAndBack(bench, []),
};

/** At a rate for which it takes more than half a second there, and as long back. */
export const slowReader: HookCase = {
  id: 'slow-reader',
  title: 'a repository that is slow makes a dump and a restore slow, and nothing else',
  run: (bench) =>
    bench.with({ memory: memoryRepository({ pace: { bytes: 65_536, everyMs: 40 } }) }, (slow) =>
      thereAndBack(slow, bulk(1_000_000)),
    ),
};

async function thereAndBack(bench: Bench, values: readonly Uint8Array[]): Promise<void> {
  const name = await bench.database(values);
  await bench.mustBackUp([name]);
  await bench.subject.remove(name);
  await bench.mustRestore([name]);
  await bench.expectValues(name, values, 'after a restore');
}
