import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, defineHook, type Event, initRepository, parseConfig, restore, Type } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { filesHook } from './support/files-hook.ts';
import { archiveNames, borg, expectNothingLeft, pidsNaming, type Workbench, workbench } from './support/workbench.ts';

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const names = (count: number) => Array.from({ length: count }, (_, index) => `db ${index}`);

/** Files whose sizes are known beforehand, as those of databases are. */
function sizedFiles(bench: Workbench, databases: readonly { name: string; size?: number; dump?: string }[], more = {}) {
  const sizes = new Map(databases.map(({ name, size = 1000 }) => [name, size]));
  const hook = filesHook({ check: async ({ item }) => ({ expectedBytes: sizes.get(item.name) ?? 0 }) });
  const entries = databases.map(({ size: _, ...entry }) => entry);
  return parseConfig({ ...bench.plain(entries), ...more }, { hooks: [hook] });
}

/** Notes how many dumps are under way at once. */
function counting() {
  const seen = { most: 0, started: [] as string[] };
  let now = 0;
  const onEvent = (event: Event) => {
    if (event.type === 'database-start') {
      now++;
      seen.started.push(event.database.name);
    }
    if (event.type === 'database-end') now--;
    seen.most = Math.max(seen.most, now);
  };
  return { seen, onEvent };
}

test('small dumps are begun while others are read, and each arrives whole in its place', async () => {
  const sizes = [0, 65_535, 65_536, 65_537, 3_000_000, 0, 1, 200_000, 0, 70_000];
  const all = names(sizes.length);
  const bench = await workbench(Object.fromEntries(all.map((name, index) => [name, sizes[index] as number])));
  const config = sizedFiles(
    bench,
    all.map((name, index) => ({ name, size: sizes[index] as number })),
  );
  const file = (name: string) => join(bench.directory, 'data', name);
  const before = await Promise.all(all.map(async (name) => digest(await readFile(file(name)))));
  const { seen, onEvent } = counting();

  const report = await backup(config, { onEvent, concurrency: 4 });

  expect(seen).toEqual({ most: 4, started: all });
  expect(report.databases.map(({ name, bytes, status }) => [name, bytes, status])).toEqual(
    all.map((name, index) => [name, sizes[index], 'ok']),
  );
  for (const name of all) await rm(file(name));
  await restore(config, { archive: 'latest' });
  expect(await Promise.all(all.map(async (name) => digest(await readFile(file(name)))))).toEqual(before);
});

test('no dump is begun behind one that takes long, or of which it is not known', async () => {
  const bench = await workbench({ a: 10, b: 10, c: 10 });
  const large = counting();
  await backup(sizedFiles(bench, [{ name: 'a', size: 20_000_000 }, { name: 'b' }, { name: 'c', size: 20_000_000 }]), {
    onEvent: large.onEvent,
    concurrency: 4,
  });
  expect(large.seen.most).toBe(2);
  const unknown = counting();
  await backup(bench.config([{ name: 'a' }, { name: 'b' }]), { onEvent: unknown.onEvent, concurrency: 4 });
  expect(unknown.seen.most).toBe(1);
});

test('when one fails, those that were begun beside it are ended, and only it is said to have failed', async () => {
  const bench = await workbench({ a: 1000, b: 1000, c: 1000 });
  const config = sizedFiles(bench, [
    { name: 'a', dump: 'head -c 500 "$1"; sleep 1; echo no >&2; exit 3' },
    { name: 'b', dump: 'cat "$1"; exec sleep 60' },
    { name: 'c' },
  ]);
  const failure = await backup(config, { concurrency: 3 }).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: 'DUMP_FAILED',
    database: { name: 'a' },
    report: { databases: [{ status: 'failed' }, { status: 'skipped' }, { status: 'skipped' }] },
  });
  expectNothingLeft(bench);
});

test('one that fails before its turn has come is found at once', async () => {
  const bench = await workbench({ a: 1000, b: 1000 });
  const config = sizedFiles(bench, [
    { name: 'a', dump: 'exec sleep 60' },
    { name: 'b', dump: 'exit 3' },
  ]);
  await expect(backup(config, { concurrency: 2 })).rejects.toMatchObject({
    code: 'DUMP_FAILED',
    database: { name: 'b' },
    report: { databases: [{ status: 'skipped' }, { status: 'failed' }] },
  });
  expectNothingLeft(bench);
});

test('with `continue` those that fail are left out, whatever is begun beside them', async () => {
  const bench = await workbench({ a: 200_000, b: 200_000, c: 200_000, d: 200_000, e: 200_000 });
  const config = sizedFiles(bench, [
    { name: 'a', dump: 'sleep 1; cat "$1"' },
    { name: 'b', dump: 'exit 3' },
    { name: 'c', dump: 'head -c 100000 "$1"; exit 3' },
    { name: 'd' },
    { name: 'e', dump: 'cat "$1"; exit 3' },
  ]);
  const failure = await backup(config, { concurrency: 4, onDumpFailure: 'continue' }).catch((error: unknown) => error);
  const statuses = ['ok', 'failed', 'failed', 'ok', 'failed'].map((status) => ({ status }));
  expect(failure).toMatchObject({ code: 'DUMP_FAILED', report: { databases: statuses } });
  const [archive] = archiveNames(bench.repository);
  expect(borg('list', '--short', `${bench.repository}::${archive}`).match(/localhost\/.*/g)).toEqual(
    ['localhost/db%20a', 'localhost/db%20d'].map((path) => path.replace('db%20', '')),
  );
  const data = join(bench.directory, 'data');
  await writeFile(join(data, 'd'), 'lost');
  await restore(config, { archive: 'latest', databases: ['a', 'd'] });
  expect(await readFile(join(data, 'd'))).toHaveLength(200_000);
});

test('Borg may die while dumps wait for their turn, in one repository of two', async () => {
  const all = names(6);
  const bench = await workbench(Object.fromEntries(all.map((name) => [name, 200_000])));
  const second = join(bench.directory, 'second');
  const dump = 'head -c 100000 "$1"; sleep 0.3; tail -c +100001 "$1"';
  const config = sizedFiles(
    bench,
    all.map((name) => ({ name, dump })),
    { repositories: [bench.repository, second] },
  );
  await initRepository(config, { repository: second, encryption: 'none' });
  let killed = 0;
  const onEvent = (event: Event) => {
    if (event.type !== 'database-end' || killed > 0) return;
    for (const pid of pidsNaming('borg create')) {
      if (!pidsNaming(`${second}::`).includes(pid)) continue;
      process.kill(pid, 'SIGKILL');
      killed++;
    }
  };

  const failure = await backup(config, { onEvent, concurrency: 3 }).catch((error: unknown) => error);

  expect(killed).toBeGreaterThan(0);
  expect(failure).toMatchObject({
    code: 'REPOSITORY_FAILED',
    repository: second,
    report: { repositories: [{ status: 'ok' }, { status: 'failed' }] },
  });
  const data = join(bench.directory, 'data');
  const before = await Promise.all(all.map(async (name) => digest(await readFile(join(data, name)))));
  for (const name of all) await rm(join(data, name));
  await restore(config, { archive: 'latest', repository: bench.repository });
  expect(await Promise.all(all.map(async (name) => digest(await readFile(join(data, name)))))).toEqual(before);
  expect(archiveNames(second)).toEqual([]);
});

test('hooks in JavaScript and directories wait for their turn without being in anybody’s way', async () => {
  const bench = await workbench({});
  const content = new Map(names(12).map((name) => [name, randomBytes(300_000)]));
  const hook = defineHook({
    name: 'memory',
    entry: Type.Object({ name: Type.String() }),
    check: async () => ({ expectedBytes: 1000 }),
    dump: async ({ item }, sink) => {
      const bytes = content.get(item.name) as Buffer;
      if (item.name.endsWith('5')) await sink.directory((path) => writeFile(join(path, 'data'), bytes));
      else
        await sink.write(
          (async function* () {
            yield bytes.subarray(0, 100_000);
            yield bytes.subarray(100_000);
          })(),
        );
      return { format: 'bytes' };
    },
    restore: async ({ item }, source) => {
      if (item.name.endsWith('5')) {
        await source.directory(async (path) => void content.set(item.name, await readFile(join(path, 'data'))));
        return;
      }
      const chunks: Buffer[] = [];
      for await (const chunk of source.read()) chunks.push(chunk);
      content.set(item.name, Buffer.concat(chunks));
    },
  });
  const { files: _, ...plain } = bench.plain([]) as { files: unknown };
  const config = parseConfig({ ...plain, memory: [...content.keys()].map((name) => ({ name })) }, { hooks: [hook] });
  const before = [...content.values()].map(digest);

  await backup(config, { concurrency: 8 });
  for (const name of content.keys()) content.set(name, Buffer.alloc(0));
  await restore(config, { archive: 'latest', concurrency: 8 });

  expect([...content.values()].map(digest)).toEqual(before);
  expect(readdirSync(bench.runs)).toEqual([]);
});
