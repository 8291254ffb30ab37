import { backup, parseConfig } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { filesHook } from './support/files-hook.ts';
import { expectNothingLeft, workbench } from './support/workbench.ts';

test('cleaning up ends with the call, even where the server answers no more', async () => {
  const bench = await workbench({ one: 10 });
  const order: string[] = [];
  const hook = filesHook({
    dump: async (_job, _sink, context) => {
      void context.run({ file: 'sleep', args: ['600'] }).catch(() => order.push('beside'));
      context.defer(async () => order.push('first'));
      context.defer((later) => later.run({ file: 'sh', args: ['-c', 'sleep 600 # a server that hangs'] }));
      context.defer(async () => order.push('last'));
      throw new Error('no dump today');
    },
  });
  const failure = backup(parseConfig(bench.plain([{ name: 'one' }]), { hooks: [hook] }));
  await expect(failure).rejects.toMatchObject({
    code: 'DUMP_FAILED',
    message: 'no dump today',
    report: { warnings: [expect.stringContaining('did not answer in time')] },
  });
  expect(order).toEqual(['last', 'beside', 'first']);
  expectNothingLeft(bench);
}, 60_000);
