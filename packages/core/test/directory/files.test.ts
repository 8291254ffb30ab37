import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backup, check, listArchives, parseConfig, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { directoryRepository } from '../../src/directory/repository.ts';
import { filesHook } from '../support/files-hook.ts';
import { type Bench, makeBench, namesIn, processesUsing } from './support/bench.ts';

function withSources(bench: Bench, keys: Record<string, unknown>) {
  return parseConfig({ ...bench.plain(), ...keys }, { hooks: [filesHook()] });
}

async function reader(bench: Bench, name: string) {
  const directory = join(bench.directory, 'call');
  mkdirSync(directory, { recursive: true });
  const context = { signal: new AbortController().signal, directory, warn: () => {} };
  const repository = directoryRepository({ path: bench.repository }, {});
  const archive = (await repository.list(context)).find((stored) => stored.name === name);
  return repository.read(archive as NonNullable<typeof archive>, context);
}

test('source_directories go into an archive of their own, which tar alone can open', async () => {
  const bench = await makeBench({ one: 10_000 });
  const sources = join(bench.directory, 'sources');
  mkdirSync(join(sources, 'below'), { recursive: true });
  for (const name of ['kept.txt', 'left.tmp', 'below/Zoë "x"\n', '-rf', 'exact[1]']) {
    writeFileSync(join(sources, name), name, { mode: 0o640 });
  }
  symlinkSync('kept.txt', join(sources, 'link'));
  execFileSync('mkfifo', [join(sources, 'pipe')]);
  const config = withSources(bench, {
    // The repository lies below it: what is being written does not store itself.
    source_directories: [bench.directory],
    exclude_patterns: ['*.tmp', `pp:${bench.data}`, 'pf:nowhere/*'],
  });

  const report = await backup(config);

  const [{ archive, filesArchive = '' } = { archive: '' }] = report.repositories;
  expect((await listArchives(config)).map(({ name, databases }) => [name, databases.length])).toEqual([
    [archive, 1],
    [filesArchive, 0],
  ]);
  const tar = join(bench.repository, encodeURIComponent(filesArchive), 'files.tar.gz');
  const out = join(bench.directory, 'out');
  mkdirSync(out);
  execFileSync('tar', ['-xpzf', tar, '-C', out]);
  const below = join(out, bench.directory.slice(1));
  expect(readdirSync(below).sort()).toEqual(['sources']);
  expect(readdirSync(join(below, 'sources'), { recursive: true }).map(String).sort()).toEqual(
    ['-rf', 'below', 'below/Zoë "x"\n', 'exact[1]', 'kept.txt', 'link', 'pipe'].sort(),
  );

  const files = await reader(bench, filesArchive);
  const inner = (name: string) => `${sources.slice(1)}/${name}`;
  const entries = (await files.entries()).filter(({ path }) => path.startsWith(inner('')));
  expect(
    Object.fromEntries(entries.map(({ path, type, bytes }) => [path.slice(inner('').length), [type, bytes]])),
  ).toEqual({
    '-rf': ['file', 3],
    below: ['directory', 0],
    'below/Zoë "x"\n': ['file', 15],
    'exact[1]': ['file', 8],
    'kept.txt': ['file', 8],
    link: ['other', 0],
    pipe: ['other', 0],
  });
  for (const name of ['kept.txt', 'below/Zoë "x"\n', '-rf', 'exact[1]'])
    expect(await files.file(inner(name))).toBe(name);
  expect(await files.file(inner('left.tmp'))).toBeUndefined();
  expect(await files.file(inner('link'))).toBeUndefined();
  const destination = join(bench.directory, 'destination');
  mkdirSync(destination);
  await files.directory(sources.slice(1), destination);
  expect(readFileSync(join(destination, 'kept.txt'), 'utf8')).toBe('kept.txt');
  await restore(config, { archive: 'latest' });
  await check(config, { verifyData: true });
});

/** Has a shell script stand before tar on the PATH. */
async function withTar(bench: Bench, text: string, work: () => Promise<void>): Promise<void> {
  const bin = join(bench.directory, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'tar'), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const path = process.env.PATH;
  process.env.PATH = `${bin}:${path}`;
  try {
    await work();
  } finally {
    process.env.PATH = path;
  }
}

test('what tar could not read as it should have is a warning', async () => {
  const bench = await makeBench({ one: 10_000 });
  const config = withSources(bench, { source_directories: [bench.data] });
  await withTar(
    bench,
    `PATH="\${PATH#*:}" tar "$@"; echo 'tar: data/one: file changed as we read it' >&2; exit 1`,
    async () => {
      const { repositories, warnings } = await backup(config);
      expect(repositories).toMatchObject([{ status: 'ok', filesArchive: expect.any(String) }]);
      expect(warnings).toEqual(['tar: data/one: file changed as we read it']);
    },
  );
  await check(config, { verifyData: true });
});

test('an archive of files that was cut short gives none of them', async () => {
  const bench = await makeBench({ one: 10_000 });
  const report = await backup(withSources(bench, { source_directories: [bench.data] }));
  const name = report.repositories[0]?.filesArchive as string;
  const tar = join(bench.repository, encodeURIComponent(name), 'files.tar.gz');
  writeFileSync(tar, readFileSync(tar).subarray(0, -1));
  const files = await reader(bench, name);
  await expect(files.entries()).rejects.toMatchObject({ code: 'REPOSITORY_FAILED' });
  await expect(files.verify()).rejects.toMatchObject({ code: 'REPOSITORY_FAILED' });
});

test('when tar fails the dumps are stored, and nothing half', async () => {
  const bench = await makeBench({ one: 10_000 });
  await withTar(bench, 'head -c 100000 /dev/zero; echo tar: no idea >&2; exit 64', async () => {
    await expect(backup(withSources(bench, { source_directories: [bench.data] }))).rejects.toMatchObject({
      code: 'REPOSITORY_FAILED',
      message: expect.stringContaining('no idea'),
    });
  });
  expect((await listArchives(bench.config())).map(({ databases }) => databases.length)).toEqual([1]);
  expect(namesIn(bench.repository)).toHaveLength(1);
});

test('when the program that stores the bytes is killed under tar, that is what is told', async () => {
  const bench = await makeBench({ one: 10_000 });
  await withTar(bench, 'yes | head -c 100000000; exit 141', async () => {
    const killing = setInterval(() => {
      if (namesIn(bench.repository).some((name) => !name.startsWith('.')))
        for (const pid of processesUsing(bench.repository)) process.kill(pid, 'SIGKILL');
    }, 5);
    await expect(backup(withSources(bench, { source_directories: [bench.data] }))).rejects.toMatchObject({
      code: 'REPOSITORY_FAILED',
      message: expect.stringContaining('SIGKILL'),
    });
    clearInterval(killing);
  });
  expect(namesIn(bench.repository)).toHaveLength(1);
});
