import { outcomeOf } from '../case.ts';
import type { RepositoryCase } from './repository-case.ts';

const one = { 'dumpstream/h/localhost/one': Buffer.from('one') };

export const listing: readonly RepositoryCase[] = [
  {
    id: 'init',
    title: 'a repository is made once, and is missing before',
    run: async (bench) => {
      await bench.expectCode(bench.list(), 'REPOSITORY_MISSING', 'a list of what was not made');
      await bench.init();
      await bench.expectCode(bench.init(), 'REPOSITORY_EXISTS', 'a second `init`');
      await bench.expectNames([], 'of a new repository');
    },
  },
  {
    id: 'list',
    title: 'archives are listed oldest first, or so many of the newest, with the comment as it was given',
    run: async (bench) => {
      await bench.init();
      const comment = '{"braces":"{now} {user}"} ü\'"';
      for (const name of ['b', 'a', 'c']) await bench.archive(name, one, comment);
      await bench.expectNames(['b', 'a', 'c'], 'after three commits');
      const [first, second, ...others] = await bench.list(2);
      bench.expectEqual([first?.name, second?.name, others.length], ['a', 'c', 0], 'the list of the last two');
      bench.expectEqual(first?.comment, comment, 'the comment');
      bench.expectEqual(new Date(first?.time ?? '').toISOString().slice(0, 19), first?.time.slice(0, 19), 'the time');
      bench.expectEqual(new Set((await bench.list()).map(({ id }) => id)).size, 3, 'the number of different ids');
    },
  },
  {
    id: 'same-name',
    title: 'a second archive of a name is refused, and the first stays as it is',
    run: async (bench) => {
      await bench.init();
      await bench.archive('twice', one);
      const second = await outcomeOf(bench.archive('twice', { 'dumpstream/h/localhost/one': Buffer.from('two') }));
      if (second.ok) throw bench.error('a second archive of the same name was stored', 'REPOSITORY_FAILED');
      await bench.expectNames(['twice'], 'after a second archive of the name');
      await bench.expectItem(await bench.open('twice'), 'dumpstream/h/localhost/one', Buffer.from('one'));
    },
  },
];
