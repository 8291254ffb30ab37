import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { backup, type Event, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { processesNaming, workbench } from './support/workbench.ts';

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('many small databases and some large ones come back byte for byte', async () => {
  const sizes = [
    0, 1, 65_536, 65_537, 1_000_000, 0, 4_194_304, 4_194_305, 6_000_000, 3_000_000, 2_000_000, 9, 5_000_000,
  ];
  const files = Object.fromEntries(sizes.map((size, index) => [`db ${index}`, size]));
  const bench = await workbench(files);
  const names = Object.keys(files);
  const config = bench.config(names.map((name) => ({ name })));
  const file = (name: string) => join(bench.directory, 'data', name);
  await backup(config);
  const before = names.map((name) => digest(readFileSync(file(name))));
  for (const name of names) await rm(file(name));

  const report = await restore(config, { archive: 'latest', concurrency: 4 });

  expect(report.databases.map(({ name, status, bytes }) => [name, status, bytes])).toEqual(
    names.map((name, index) => [name, 'ok', sizes[index]]),
  );
  expect(names.map((name) => digest(readFileSync(file(name))))).toEqual(before);
  expect(readdirSync(bench.runs)).toEqual([]);
});

test.each([
  [1, 1],
  [3, 3],
  [undefined, Math.min(5, availableParallelism() + 2)],
])('with concurrency %p, so many are restored side by side', async (concurrency, expected) => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const bench = await workbench(Object.fromEntries(names.map((name) => [name, 1000])));
  await backup(bench.config(names.map((name) => ({ name }))));
  let [now, most] = [0, 0];
  const onEvent = ({ type }: Event) => {
    now += type === 'database-start' ? 1 : type === 'database-end' ? -1 : 0;
    most = Math.max(most, now);
  };
  const slow = 'sleep 0.3; cat > "$1"';

  await restore(bench.config(names.map((name) => ({ name, restore: slow }))), {
    archive: 'latest',
    ...(concurrency === undefined ? {} : { concurrency }),
    onEvent,
  });

  expect([now, most]).toEqual([0, expected]);
});

test('a small dump that is damaged spoils none of those that are read with it', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const bench = await workbench(Object.fromEntries(names.map((name) => [name, 600_000])));
  const config = bench.config(names.map((name) => ({ name })));
  await backup(config);
  const file = (name: string) => join(bench.directory, 'data', name);
  const before = names.map((name) => digest(readFileSync(file(name))));
  // The bytes are random, so that they lie in the segment as they are.
  const needle = readFileSync(file('c')).subarray(1000, 1064);
  const folder = join(bench.repository, 'data/0');
  const segment = readdirSync(folder)
    .map((name) => join(folder, name))
    .find((path) => readFileSync(path).includes(needle));
  const bytes = readFileSync(segment as string);
  bytes.fill(0x55, bytes.indexOf(needle), bytes.indexOf(needle) + 64);
  writeFileSync(segment as string, bytes);
  for (const name of names) await writeFile(file(name), 'live');
  const careful = 'cat > "$1.new" && mv "$1.new" "$1"';

  const failure = await restore(bench.config(names.map((name) => ({ name, restore: careful }))), {
    archive: 'latest',
  }).catch((error: unknown) => error);

  expect(failure).toMatchObject({
    code: 'REPOSITORY_FAILED',
    database: { name: 'c' },
    report: { databases: [{ status: 'ok' }, { status: 'ok' }, { status: 'failed' }, { status: 'ok' }] },
  });
  expect(readFileSync(file('c'), 'utf8')).toBe('live');
  expect(names.map((name) => digest(readFileSync(file(name))) === before[names.indexOf(name)])).toEqual([
    true,
    true,
    false,
    true,
  ]);
});

test('a client that stands still in the middle of a small dump is ended, and so is one at an abort', async () => {
  const names = ['a', 'b'];
  const bench = await workbench(Object.fromEntries(names.map((name) => [name, 1_000_000])));
  await backup(bench.config(names.map((name) => ({ name }))));
  const config = bench.config(names.map((name) => ({ name, restore: 'head -c 1000 > /dev/null; sleep 60' })));

  await expect(restore(config, { archive: 'latest', stallTimeoutMs: 500 })).rejects.toMatchObject({ code: 'STALLED' });
  const aborter = new AbortController();
  const onEvent = ({ type }: Event) => {
    if (type === 'database-progress') aborter.abort();
  };
  await expect(restore(config, { archive: 'latest', signal: aborter.signal, onEvent })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  expect(processesNaming(bench.directory)).toEqual([]);
});
