import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RepositoryCase } from './repository-case.ts';

export const files: readonly RepositoryCase[] = [
  {
    id: 'files',
    title:
      'ordinary files are stored in an archive of their own, by their absolute paths without the first slash, but for what is left out',
    run: async (bench) => {
      await bench.init();
      const context = await bench.context();
      const source = join(context.directory, 'source');
      await mkdir(join(source, 'below'), { recursive: true });
      await writeFile(join(source, 'below', 'file'), 'content');
      const leaveOut = [join(source, 'runs')];
      for (const name of ['runs', 'runs-kept']) {
        await mkdir(join(source, name));
        await writeFile(join(source, name, 'file'), name);
      }
      const plan = { name: 'files', comment: 'c', paths: [source], excludes: [], leaveOut };
      await bench.repository.writeFiles(plan, context);
      const reader = await bench.open('files');
      bench.expectEqual(await reader.file(`${source.slice(1)}/below/file`), 'content', 'the file');
      bench.expectEqual(await reader.file(`${source.slice(1)}/runs/file`), undefined, 'a file below what is left out');
      bench.expectEqual(await reader.file(`${source.slice(1)}/runs-kept/file`), 'runs-kept', 'one beside it');
      const destination = join(context.directory, 'destination');
      await mkdir(destination);
      await reader.directory(`${source.slice(1)}/below`, destination);
      bench.expectEqual(await readdir(destination), ['file'], 'what was extracted of a directory');
    },
  },
];
