import type { HookCase } from './hook-case.ts';
import { bulk, texts } from './values.ts';

export const parallelUse: HookCase = {
  id: 'parallel-use',
  title: 'one hook serves several calls at once, and mixes nothing up',
  run: async (bench) => {
    const values = ['a', 'b', 'c'].map((letter) => [...texts(letter), ...bulk(200_000)]);
    const names = await Promise.all(values.map((each) => bench.database(each)));
    const archives = await Promise.all(
      names.map(async (name) => (await bench.mustBackUp([name])).repositories[0]?.archive ?? ''),
    );
    for (const name of names) await bench.subject.write(name, texts('changed'));
    await Promise.all(names.map((name, index) => bench.mustRestore([name], { archive: archives[index] ?? '' })));
    for (const [index, name] of names.entries()) {
      await bench.expectValues(name, values[index], 'after three backups at once, and three restores at once');
    }
  },
};
