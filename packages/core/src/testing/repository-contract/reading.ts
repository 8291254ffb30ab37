import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RepositoryCase } from './repository-case.ts';

const [a, b] = ['dumpstream/h/localhost/a', 'dumpstream/h/localhost/b'] as const;

export const reading: readonly RepositoryCase[] = [
  {
    id: 'file',
    title: 'a small file is read as text, and one that is not there is undefined',
    run: async (bench) => {
      await bench.init();
      await bench.archive('file', { [a]: Buffer.from('Zoë\n') });
      const reader = await bench.open('file');
      bench.expectEqual(await reader.file(a), 'Zoë\n', 'the file');
      bench.expectEqual(typeof (await reader.file(b)), 'undefined', 'the type of a file that is not there');
    },
  },
  {
    id: 'close',
    title: 'an item can be closed before its end, more than once, and another one read afterwards',
    run: async (bench) => {
      await bench.init();
      const content = randomBytes(2_000_000);
      await bench.archive('close', { [a]: content });
      const reader = await bench.open('close');
      const item = await reader.stream(a);
      item.whole.catch(() => {});
      await item.close();
      await item.close();
      await bench.expectItem(reader, a, content);
    },
  },
  {
    id: 'extract',
    title: 'a directory is extracted into an empty one, and what is whole verifies',
    run: async (bench) => {
      await bench.init();
      const files = { 'toc.dat': Buffer.from('toc'), '1.dat': randomBytes(100_000) };
      await bench.archive('extract', { [a]: files, [b]: Buffer.from('beside') });
      const reader = await bench.open('extract');
      await reader.verify(a);
      await reader.verify(b);
      const destination = join((await bench.context()).directory, 'destination');
      await mkdir(destination);
      await reader.directory(a, destination);
      bench.expectEqual((await readdir(destination)).sort(), ['1.dat', 'toc.dat'], 'what was extracted');
      const extracted = await readFile(join(destination, '1.dat'));
      bench.expectEqual(extracted.equals(files['1.dat']), true, 'whether the bytes are the same');
    },
  },
  {
    id: 'several',
    title: 'several items are read and verified at once: their bytes come in the order of `entries`',
    run: async (bench) => {
      await bench.init();
      const [first, second] = [randomBytes(100_000), randomBytes(70_000)];
      await bench.archive('several', { [a]: first, [b]: second });
      const reader = await bench.open('several');
      const order = (await reader.entries()).map(({ path }) => path).filter((path) => path === a || path === b);
      const expected = Buffer.concat(order.map((path) => (path === a ? first : second)));
      const found = await bench.readWhole(await reader.stream(b, a));
      bench.expectEqual(Buffer.compare(found, expected), 0, 'the difference of the bytes of two items');
      await reader.verify(a, b);
    },
  },
];
