import { outcomeOf } from '../case.ts';
import { manifest, type RepositoryBench, writeWhole } from './bench.ts';
import type { RepositoryCase } from './repository-case.ts';

const [a, b] = ['dumpstream/h/localhost/a', 'dumpstream/h/localhost/b'] as const;

async function expectNothing(bench: RepositoryBench, when: string): Promise<void> {
  await bench.expectNames([], when);
  await bench.archive('after', { [a]: Buffer.from('fine') });
  await bench.expectNames(['after'], `${when}, and of another one`);
}

const notWaited = 'nobody waits for it any more';

export const aborts: readonly RepositoryCase[] = [
  {
    id: 'abort-before',
    title: 'an archive that is given up before its first item does not exist, however often it is given up',
    run: async (bench) => {
      await bench.init();
      const writer = await bench.begin('before', [a]);
      await writer.abort();
      await writer.abort();
      if (!writer.failed.aborted) throw bench.error('`failed` is not aborted by `abort`', notWaited);
      await expectNothing(bench, 'after an abort before the first item');
    },
  },
  {
    id: 'abort-within',
    title: 'an archive that is given up within an item does not exist',
    run: async (bench) => {
      await bench.init();
      const writer = await bench.begin('within', [a, b]);
      await bench.write(writer, a, Buffer.from('whole'));
      const item = await writer.stream(b);
      await item.taken;
      await writeWhole(item.fd, Buffer.alloc(10_000));
      await writer.abort();
      if (!writer.failed.aborted) throw bench.error('`failed` is not aborted by `abort`', notWaited);
      const later = await outcomeOf(writer.commit(manifest));
      if (later.ok) throw bench.error('`commit` succeeded after `abort`', 'a rejection');
      await expectNothing(bench, 'after an abort within an item');
    },
  },
  {
    id: 'abort-after',
    title: 'an archive that is given up with all its items, and no commit, does not exist',
    run: async (bench) => {
      await bench.init();
      const writer = await bench.begin('after-all', [a]);
      await bench.write(writer, a, Buffer.from('whole'));
      await writer.abort();
      await expectNothing(bench, 'after an abort in place of the commit');
    },
  },
  {
    id: 'abort-late',
    title: 'after its commit an archive cannot be given up',
    run: async (bench) => {
      await bench.init();
      const writer = await bench.begin('late', [a]);
      await bench.write(writer, a, Buffer.from('whole'));
      await writer.commit(manifest);
      await writer.abort();
      await bench.expectNames(['late'], 'after an abort that came after the commit');
      await bench.expectItem(await bench.open('late'), a, Buffer.from('whole'));
    },
  },
];
