import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, defineHook, parseConfig, restore, Type } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { filesHook } from './support/files-hook.ts';
import { archiveNames, borg, expectNothingLeft, pidsNaming, processesNaming, workbench } from './support/workbench.ts';

test('a dump that stands still is ended with STALLED, and nothing is left', async () => {
  const bench = await workbench();
  const config = bench.config([{ name: 'one', dump: 'head -c 1000000 "$1"; sleep 60 & wait' }]);
  await expect(backup(config, { stallTimeoutMs: 1000 })).rejects.toMatchObject({
    code: 'STALLED',
    database: { name: 'one' },
    hint: expect.stringContaining('stall_timeout'),
  });
  expectNothingLeft(bench);
});

test('a slow dump is not a stalled one, even when a wrapper around it does the writing', async () => {
  const bench = await workbench();
  const dump = 'for i in 1 2 3 4 5 6 7 8; do sh -c "head -c 10; true" < "$1"; sleep 0.3; done';
  const report = await backup(bench.config([{ name: 'one', dump }]), { stallTimeoutMs: 5000 });
  expect(report.databases).toMatchObject([{ status: 'ok', bytes: 80 }]);
});

test('a hook in JavaScript that stops giving data is ended, too', async () => {
  const bench = await workbench();
  const hook = defineHook({
    name: 'stuck',
    entry: Type.Object({ name: Type.String() }),
    dump: async (_job, sink) => {
      await sink.write(
        (async function* () {
          yield Buffer.from('begun');
          await wait(60_000, undefined, { ref: false });
        })(),
      );
      return { format: 'bytes' };
    },
    restore: async () => {},
  });
  const config = parseConfig(
    { ...bench.plain([]), stuck: [{ name: 'one' }], stall_timeout: 0.5 },
    { hooks: [hook, filesHook()] },
  );
  await expect(backup(config)).rejects.toMatchObject({ code: 'STALLED' });
  expectNothingLeft(bench);
});

test('a restoring client that stops reading is ended with STALLED, one that works on after the last byte is not', async () => {
  const bench = await workbench();
  await backup(bench.config([{ name: 'one' }]));
  const stuck = bench.config([{ name: 'one', restore: 'head -c 10 > /dev/null; sleep 60' }]);
  await expect(restore(stuck, { archive: 'latest', stallTimeoutMs: 1000 })).rejects.toMatchObject({ code: 'STALLED' });
  const busy = bench.config([{ name: 'one', restore: 'cat > "$1"; sleep 7' }]);
  expect((await restore(busy, { archive: 'latest', stallTimeoutMs: 5000 })).databases).toMatchObject([
    { status: 'ok' },
  ]);
  expect(processesNaming(bench.directory)).toEqual([]);
});

test('with onDumpFailure `continue` the others are archived, and of the failed one no byte is left', async () => {
  const bench = await workbench();
  const dump = 'head -c 1000000 "$1"; exit 5';
  const config = bench.config([{ name: 'one', dump }, { name: 'two' }]);
  const second = join(bench.directory, 'second');
  borg('init', '-e', 'none', second);
  const both = parseConfig(
    { ...bench.plain([{ name: 'one', dump }, { name: 'two' }]), repositories: [bench.repository, second] },
    { hooks: [filesHook()] },
  );

  const failure = await backup(both, { onDumpFailure: 'continue' }).catch((error: unknown) => error);

  expect(failure).toMatchObject({
    code: 'DUMP_FAILED',
    database: { name: 'one' },
    report: {
      databases: [
        { name: 'one', status: 'failed', error: { code: 'DUMP_FAILED' } },
        { name: 'two', status: 'ok', bytes: 3_000_000 },
      ],
      repositories: [{ status: 'ok' }, { status: 'ok' }],
    },
  });
  for (const repository of [bench.repository, second]) {
    const [archive] = archiveNames(repository);
    expect(borg('list', '--short', `${repository}::${archive}`)).toBe(
      'dumpstream/files/localhost/two\ndumpstream/manifest.json\n',
    );
    const manifest = JSON.parse(borg('extract', '--stdout', `${repository}::${archive}`, 'dumpstream/manifest.json'));
    expect(manifest.databases).toMatchObject([
      { name: 'two', status: 'ok' },
      { name: 'one', status: 'failed' },
    ]);
  }
  await expect(restore(config, { archive: 'latest', databases: ['one'] })).rejects.toMatchObject({
    code: 'ARCHIVE_INCOMPLETE',
    message: expect.stringContaining('one'),
  });
  expect((await restore(config, { archive: 'latest', databases: ['two'] })).databases).toMatchObject([
    { status: 'ok' },
  ]);
  expect(processesNaming(bench.directory)).toEqual([]);
});

test('with `continue` a database that cannot even be looked at is passed over, and when all fail no archive appears', async () => {
  const bench = await workbench();
  const check = async ({ entry: { name } }: { entry: { name?: unknown } }) => {
    if (name === 'one') throw new Error('no such server');
    return {};
  };
  const config = parseConfig(
    { ...bench.plain([{ name: 'one' }, { name: 'two' }]), on_dump_failure: 'continue' },
    { hooks: [filesHook({ check })] },
  );
  await expect(backup(config)).rejects.toMatchObject({
    code: 'DUMP_FAILED',
    message: 'no such server',
    report: { databases: expect.arrayContaining([expect.objectContaining({ name: 'two', status: 'ok' })]) },
  });
  expect(archiveNames(bench.repository)).toHaveLength(1);

  const all = bench.config([{ name: 'one', dump: 'exit 1' }]);
  await expect(backup(all, { onDumpFailure: 'continue' })).rejects.toMatchObject({ code: 'DUMP_FAILED' });
  expect(archiveNames(bench.repository)).toHaveLength(1);
});

test.each([{ concurrency: 0 }, { concurrency: Number.NaN }, { stallTimeoutMs: -1 }, { stallTimeoutMs: Number.NaN }])(
  '%p means nothing, and is CONFIG_INVALID before anything is begun',
  async (options) => {
    const bench = await workbench({ one: 10 });
    const config = bench.config([{ name: 'one' }]);
    const refused = {
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(Object.keys(options)[0] as string),
      report: { databases: [] },
    };
    await expect(backup(config, options)).rejects.toMatchObject(refused);
    await expect(restore(config, { archive: 'latest', ...options })).rejects.toMatchObject(refused);
    expectNothingLeft(bench);
  },
);

test('a Borg that stands still while several small dumps are read ends the restore with STALLED', async () => {
  const bench = await workbench({ one: 10, two: 10 });
  const config = bench.config([{ name: 'one' }, { name: 'two' }]);
  const [result] = (await backup(config)).repositories;
  const timer = setInterval(() => {
    for (const pid of pidsNaming(`${bench.repository}::`)) {
      if (pidsNaming('dumpstream/files/').includes(pid)) process.kill(pid, 'SIGSTOP');
    }
  }, 20);
  const failure = await restore(config, { archive: result?.archive as string, stallTimeoutMs: 2000 }).catch(
    (error: unknown) => error,
  );
  clearInterval(timer);
  expect(failure).toMatchObject({
    code: 'STALLED',
    report: { databases: [{ status: 'failed' }, { status: 'failed' }] },
  });
  expect(processesNaming(bench.directory)).toEqual([]);
});
