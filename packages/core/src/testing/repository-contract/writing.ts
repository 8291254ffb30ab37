import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { manifest, manifestPath, writeWhole } from './bench.ts';
import type { RepositoryCase } from './repository-case.ts';

const [a, b, c] = ['dumpstream/h/localhost/a', 'dumpstream/h/localhost/b', 'dumpstream/h/localhost/c'] as const;

export const writing: readonly RepositoryCase[] = [
  {
    id: 'items',
    title: 'every item is stored with its exact bytes, many or none, and its exact size is told',
    run: async (bench) => {
      await bench.init();
      const odd = 'dumpstream/h/db.example.org:5432/%2Frf%20~x';
      const items = { [a]: randomBytes(3_000_001), [odd]: Buffer.alloc(0), [c]: Buffer.from([0, 255, 10, 13]) };
      const { bytes, originalBytes } = await bench.archive('items', items);
      const sizes = Object.entries(items).map(([path, { length }]) => [path, length]);
      bench.expectEqual(
        sizes.map(([path]) => [path, bytes.get(path as string)]),
        sizes,
        'the sizes that `commit` tells',
      );
      if (originalBytes < 3_000_005) throw bench.error(`\`originalBytes\` is ${originalBytes}`, 'all that was stored');
      const reader = await bench.open('items');
      const entries = await reader.entries();
      for (const [path, content] of Object.entries(items)) {
        const entry = entries.find((found) => found.path === path);
        bench.expectEqual(
          [entry?.type, entry?.bytes, entry?.whole],
          ['file', content.length, true],
          `the entry of ${path}`,
        );
        await bench.expectItem(reader, path, content);
      }
      bench.expectEqual(await reader.file(manifestPath), manifest, 'the manifest');
    },
  },
  {
    id: 'directories',
    title: 'an item can be a directory, before, between and after streams',
    run: async (bench) => {
      await bench.init();
      const first = { 'toc.dat': Buffer.from('toc'), '1.dat': randomBytes(200_000) };
      const last = { only: Buffer.from('x') };
      const { bytes } = await bench.archive('directories', { [a]: first, [b]: Buffer.from('between'), [c]: last });
      bench.expectEqual([bytes.get(a), bytes.get(b), bytes.get(c)], [200_003, 7, 1], 'the sizes that `commit` tells');
      const reader = await bench.open('directories');
      await bench.expectItem(reader, b, Buffer.from('between'));
      await bench.expectItem(reader, `${a}/1.dat`, first['1.dat']);
    },
  },
  {
    id: 'discard',
    title: 'an item that is discarded, begun or not, is not in the archive, and the comment can say so',
    run: async (bench) => {
      await bench.init();
      const writer = await bench.begin('discard', [a, b, c], 'all three');
      const item = await writer.stream(a);
      await item.taken;
      await writer.discard(a);
      await writer.discard(b);
      await bench.write(writer, c, Buffer.from('kept'));
      await writer.commit(manifest, 'one of them');
      const [stored] = await bench.list();
      bench.expectEqual(stored?.comment, 'one of them', 'the comment');
      const reader = await bench.open('discard');
      const files = (await reader.entries()).filter(({ type }) => type === 'file').map(({ path }) => path);
      bench.expectEqual(files.sort(), [c, manifestPath], 'what is in the archive');
      await bench.expectItem(reader, c, Buffer.from('kept'));
    },
  },
  {
    id: 'not-begun',
    title: 'an archive of which an item was neither begun nor discarded is refused',
    run: async (bench) => {
      await bench.init();
      const writer = await bench.begin('not-begun', [a, b]);
      await bench.write(writer, a, Buffer.from('whole'));
      await bench.expectRejection(writer.commit(manifest), 'the commit of an archive of which an item was not begun');
      await writer.abort();
      await bench.expectNames([], 'after a commit without an item');
    },
  },
  {
    id: 'progress',
    title: 'the count of an item grows with what is taken, where it can be known',
    run: async (bench) => {
      await bench.init();
      const writer = await bench.begin('progress', [a]);
      const item = await writer.stream(a);
      await item.taken;
      const before = item.bytes();
      await writeWhole(item.fd, randomBytes(1_000_000));
      const grown = () => (item.bytes() ?? Number.POSITIVE_INFINITY) - (before ?? 0);
      // An engine may count in another process, and tell now and then.
      for (let waited = 0; grown() < 800_000 && waited < 5_000; waited += 50) await wait(50);
      const growth = grown();
      item.finish();
      await writer.commit(manifest);
      if (growth > 800_000) return;
      throw bench.error(`1 MB went in, and the count grew by ${growth}`, 'about as many bytes');
    },
  },
  {
    id: 'ahead',
    title: 'the next item can be begun before the one before is finished, and is read in its turn',
    run: async (bench) => {
      await bench.init();
      const writer = await bench.begin('ahead', [a, b]);
      const first = await writer.stream(a);
      const second = await writer.stream(b);
      await writeWhole(second.fd, Buffer.from('second'));
      second.finish();
      await first.taken;
      await writeWhole(first.fd, Buffer.from('first'));
      first.finish();
      await second.taken;
      await writer.commit(manifest);
      const reader = await bench.open('ahead');
      await bench.expectItem(reader, a, Buffer.from('first'));
      await bench.expectItem(reader, b, Buffer.from('second'));
    },
  },
];
