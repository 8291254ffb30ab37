import { randomBytes } from 'node:crypto';
import type { RepositoryCase } from './repository-case.ts';

const a = 'dumpstream/h/localhost/a';
const bytes = 2_000_000;

export const upkeep: readonly RepositoryCase[] = [
  {
    id: 'remove',
    title: 'archives that are removed are gone at once, and the others are what they were',
    run: async (bench) => {
      await bench.init();
      const kept = randomBytes(100_000);
      for (const name of ['one', 'two', '{now} {}']) await bench.archive(name, { [a]: randomBytes(1000) });
      await bench.archive('kept', { [a]: kept });
      const [one, two, odd] = await bench.list();
      if (one === undefined || two === undefined || odd === undefined)
        throw bench.error('archives are missing', 'four');
      await bench.repository.remove([one, odd], await bench.context());
      await bench.expectNames(['two', 'kept'], 'after two of four were removed');
      await bench.repository.remove([odd, two], await bench.context());
      await bench.expectNames(['kept'], 'after one that was gone and one that was not were removed');
      await bench.expectItem(await bench.open('kept'), a, kept);
      await bench.archive('one', { [a]: kept });
      await bench.expectNames(['kept', 'one'], 'after another one of the name of one that was removed');
    },
  },
  {
    id: 'remove-nothing',
    title: 'where there is nothing to remove, nothing is removed',
    run: async (bench) => {
      await bench.init();
      await bench.archive('kept', { [a]: randomBytes(1000) });
      await bench.repository.remove([], await bench.context());
      await bench.expectNames(['kept'], 'after no archive was removed');
    },
  },
  {
    id: 'compact',
    title: 'what was removed gives its space back, where that is told, and the rest is whole',
    run: async (bench) => {
      await bench.init();
      const kept = randomBytes(bytes);
      await bench.archive('kept', { [a]: kept });
      await bench.archive('large', { [a]: randomBytes(bytes) });
      await bench.repository.remove((await bench.list()).slice(1), await bench.context());
      const { freedBytes } = await bench.repository.compact(await bench.context());
      if (freedBytes !== undefined && !(freedBytes > 0.8 * bytes && freedBytes < 1.2 * bytes)) {
        throw bench.error(`\`freedBytes\` is ${freedBytes} after ${bytes} bytes were removed`, 'about as many');
      }
      await bench.expectNames(['kept'], 'after `compact`');
      await bench.expectItem(await bench.open('kept'), a, kept);
      await bench.repository.compact(await bench.context());
      await bench.expectItem(await bench.open('kept'), a, kept);
    },
  },
  {
    id: 'check',
    title: 'a sound repository has no problems, and one that is damaged has, where the subject can damage it',
    run: async (bench) => {
      await bench.init();
      await bench.archive('one', { [a]: randomBytes(bytes) });
      for (const verifyData of [false, true]) {
        const problems = await bench.repository.check({ verifyData }, await bench.context());
        bench.expectEqual(problems, [], `what \`check\` finds in a sound repository with verifyData ${verifyData}`);
      }
      await bench.expectNames(['one'], 'after `check`');
      if (!(await bench.damage())) return;
      const found = await bench.repository.check({ verifyData: true }, await bench.context());
      if (found.length === 0) throw bench.error('`check` with verifyData found nothing in damaged data', 'a problem');
    },
  },
  {
    id: 'upkeep-missing',
    title: 'what is not there can be neither compacted nor checked',
    run: async (bench) => {
      const { repository } = bench;
      await bench.expectCode(repository.compact(await bench.context()), 'REPOSITORY_MISSING', '`compact`');
      const plan = { verifyData: false };
      await bench.expectCode(repository.check(plan, await bench.context()), 'REPOSITORY_MISSING', '`check`');
    },
  },
  {
    id: 'upkeep-abort',
    title: 'with a signal that is aborted nothing is begun',
    run: async (bench) => {
      await bench.init();
      await bench.archive('kept', { [a]: randomBytes(1000) });
      const { repository } = bench;
      const over = async () => bench.context(AbortSignal.abort(new Error('over')));
      await bench.expectRejection(repository.remove(await bench.list(), await over()), '`remove`');
      await bench.expectRejection(repository.compact(await over()), '`compact`');
      await bench.expectRejection(repository.check({ verifyData: false }, await over()), '`check`');
      await bench.expectNames(['kept'], 'after calls that were aborted');
    },
  },
];
