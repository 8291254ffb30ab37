import { listArchives, type Meta } from '@dumpstream/core';
import type { HookCase } from './hook-case.ts';
import { observed } from './observed.ts';
import { texts } from './values.ts';

const before = texts('one', 'two', 'Zoë');
const after = texts('changed');

export const roundTrip: HookCase = {
  id: 'round-trip',
  title: 'what was archived comes back: over the live database, where it is missing, and under another name',
  run: async (bench) => {
    const [kept, dropped, copied] = [
      await bench.database(before),
      await bench.database(before),
      await bench.database(before),
    ];
    const copy = bench.name('copy');
    await bench.mustBackUp([kept, dropped, copied]);
    const [archive] = await listArchives(bench.config([]));
    if (archive?.status !== 'complete') {
      throw bench.error(`the archive is listed as ${archive?.status}`, 'a complete archive');
    }
    await bench.subject.write(kept, after);
    await bench.subject.write(copied, after);
    await bench.subject.remove(dropped);
    await bench.mustRestore([kept, dropped]);
    await bench.expectValues(kept, before, 'after a restore over a database that had changed');
    await bench.expectValues(dropped, before, 'after a restore of a database that was gone');
    await bench.mustRestore([copied], { to: { name: copy } });
    await bench.expectValues(
      copy,
      before,
      'after a restore with `to: { name }`, which is `entry.name` and not `item.name`',
    );
    await bench.expectValues(copied, after, 'after a restore under another name, in the database of the old name');
    await bench.expectNothingLeft('everything was restored');
  },
};

export const inPlace: HookCase = {
  id: 'in-place',
  title: 'a restore with the strategy `in-place` ends with what was archived, and nothing else',
  run: async (bench) => {
    const [name, missing] = [await bench.database(before), await bench.database(before)];
    await bench.mustBackUp([name, missing]);
    await bench.subject.write(name, texts('added', 'since', 'then', 'four'));
    await bench.subject.remove(missing);
    await bench.mustRestore([name, missing], { strategy: 'in-place' });
    await bench.expectValues(name, before, 'after a restore in place');
    await bench.expectValues(missing, before, 'after a restore in place of a database that was gone');
  },
};

export const dryRun: HookCase = {
  id: 'dry-run',
  title: '`check` changes nothing',
  run: async (bench) => {
    const [name, gone] = [await bench.database(before), await bench.database(before)];
    await bench.backup([name], { dryRun: true });
    await bench.expectValues(name, before, 'after a dry run of a backup');
    bench.expectNoArchive('it was a dry run');
    await bench.mustBackUp([name, gone]);
    await bench.subject.write(name, after);
    await bench.subject.remove(gone);
    await bench.restore([name, gone], { dryRun: true });
    await bench.expectValues(name, after, 'after a dry run of a restore');
    await bench.expectValues(gone, undefined, 'after a dry run of a restore');
    await bench.expectNothingLeft('it was a dry run');
  },
};

export const meta: HookCase = {
  id: 'meta',
  title: 'what `dump` says of a dump can be kept: texts, with a format among them',
  run: async (bench) => {
    const seen: Meta[] = [];
    const hook = observed(bench.subject.hook, { meta: (found) => seen.push(found) });
    const name = await bench.database(before);
    await bench.with({ hook }, async (watched) => {
      await watched.mustBackUp([name]);
    });
    const [found] = seen;
    if (typeof found?.format === 'string' && found.format !== '') return;
    throw bench.error(
      `\`dump\` resolved with ${JSON.stringify(found)}`,
      'an object with a `format`, by which `restore` knows what it has before it',
    );
  },
};
