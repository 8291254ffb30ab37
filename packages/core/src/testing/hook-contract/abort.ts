import { setTimeout as wait } from 'node:timers/promises';
import { BackupError } from '@dumpstream/core';
import { describeError, type Outcome, outcomeOf } from '../case.ts';
import type { Bench } from './bench.ts';
import type { HookCase } from './hook-case.ts';
import { watchProcesses } from './processes.ts';
import { bulk, texts } from './values.ts';

/** A client is given five seconds to end by itself. */
const limitMs = 15_000;
const live = texts('live', 'and kept');

export const abort: HookCase = {
  id: 'abort',
  title: 'an abort in the middle ends everything, and leaves nothing but what was there before',
  run: async (bench) => {
    const name = await bench.database(bulk(1_000_000));
    await expectAborted(bench, 'take', (signal) => bench.backup([name], { signal }));
    bench.expectNoArchive('the backup was aborted in the middle of a dump');
    await bench.mustBackUp([name]);
    await bench.subject.write(name, live);
    await expectAborted(bench, 'give', (signal) => bench.restore([name], { signal }));
    await bench.expectValues(name, live, 'after a restore that was aborted in the middle of the dump');
  },
};

/** The repository stops in the middle, and in that moment the call is aborted. */
async function expectAborted(
  bench: Bench,
  during: 'take' | 'give',
  call: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const what = during === 'take' ? 'a dump' : 'a restore';
  const controller = new AbortController();
  const processes = watchProcesses();
  let outcome: Outcome<unknown> | undefined;
  try {
    bench.memory.inject({
      during,
      afterBytes: 100_000,
      outcome: 'hang',
      notify: () => controller.abort(new Error('enough')),
    });
    outcome = await Promise.race([outcomeOf(call(controller.signal)), wait(limitMs, undefined, { ref: false })]);
    if (outcome === undefined) {
      throw bench.error(`${what} was aborted, and has not settled ${limitMs / 1000} seconds later`, endAtOnce);
    }
    const left = await processes.left();
    if (left.length > 0) throw bench.error(`${what} was aborted, and still there runs: ${left.join(', ')}`, endAtOnce);
  } finally {
    processes.stop();
  }
  await bench.expectNothingLeft(`${what} was aborted`);
  if (!outcome.ok && outcome.error instanceof BackupError && outcome.error.code === 'ABORTED') return;
  const end = outcome.ok ? 'succeeded' : `ended with ${describeError(outcome.error)}`;
  throw bench.error(`${what} was aborted in the middle, and ${end}`, 'ABORTED: let what is thrown to you pass');
}

const endAtOnce =
  'an end at once: run programs by `context.run`, the sink or the source, and listen to `context.signal` in all that waits';
