import { outcomeOf } from '../case.ts';
import { manifest, writeWhole } from './bench.ts';
import type { RepositoryCase } from './repository-case.ts';

const path = 'dumpstream/h/localhost/one';
const one = { [path]: Buffer.from('one') };

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
      const second = await outcomeOf(bench.archive('twice', { [path]: Buffer.from('two') }));
      if (second.ok) throw bench.error('a second archive of the same name was stored', 'REPOSITORY_FAILED');
      await bench.expectNames(['twice'], 'after a second archive of the name');
      await bench.expectItem(await bench.open('twice'), path, Buffer.from('one'));
    },
  },
  {
    id: 'same-name-at-once',
    title: 'of two archives of a name that are written at once there is one, and the other is refused',
    run: async (bench) => {
      await bench.init();
      const slow = await bench.begin('twice', [path]);
      const item = await slow.stream(path);
      await item.taken;
      const quick = await outcomeOf(bench.archive('twice', { [path]: Buffer.from('quick') }));
      const finish = async () => {
        await writeWhole(item.fd, Buffer.from('slow'));
        item.finish();
        return slow.commit(manifest);
      };
      const whole = await outcomeOf(finish());
      await slow.abort();
      bench.expectEqual([quick, whole].filter(({ ok }) => ok).length, 1, 'the number of commits that succeeded');
      await bench.expectNames(['twice'], 'after both');
      await bench.expectItem(await bench.open('twice'), path, Buffer.from(quick.ok ? 'quick' : 'slow'));
    },
  },
];
