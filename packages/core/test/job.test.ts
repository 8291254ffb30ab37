import { backup, type Event, parseConfig } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { filesHook } from './support/files-hook.ts';
import { expectNothingLeft, workbench } from './support/workbench.ts';

test('cleaning up ends with the call, even where the server answers no more', async () => {
  const bench = await workbench({ one: 10 });
  const order: string[] = [];
  const hook = filesHook({
    dump: async (_job, _sink, context) => {
      void context.run({ file: 'sleep', args: ['600'] }).catch(() => order.push('beside'));
      context.defer(async () => order.push('first'));
      context.defer((later) => later.run({ file: 'sh', args: ['-c', 'sleep 600 # a server that hangs'] }));
      context.defer(async () => order.push('last'));
      throw new Error('no dump today');
    },
  });
  const failure = backup(parseConfig(bench.plain([{ name: 'one' }]), { hooks: [hook] }));
  await expect(failure).rejects.toMatchObject({
    code: 'DUMP_FAILED',
    message: 'no dump today',
    report: { warnings: [expect.stringContaining('did not answer in time')] },
  });
  // What runs beside is ended at the same time as the clean-up that hangs.
  expect(order.filter((each) => each !== 'beside')).toEqual(['last', 'first']);
  expect(order).toContain('beside');
  expectNothingLeft(bench);
}, 60_000);

test('what is the same for many jobs is made once in a call, and anew in the next', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const bench = await workbench(Object.fromEntries(names.map((name) => [name, 10])));
  let made = 0;
  const seen: string[] = [];
  const hook = filesHook({
    check: async ({ item }, context) => {
      const answer = await context.once('version', async ({ run }) => {
        made++;
        return run({ file: 'sh', args: ['-c', 'sleep 0.2; echo 1.2'] });
      });
      seen.push(`${item.name} ${answer.trim()}`);
      return {};
    },
  });
  const config = parseConfig(bench.plain(names.map((name) => ({ name }))), { hooks: [hook] });

  await backup(config, { dryRun: true });
  expect(made).toBe(1);
  expect(seen.sort()).toEqual(names.map((name) => `${name} 1.2`));
  await backup(config, { dryRun: true });
  expect(made).toBe(2);
});

test('what fails once fails for every job that asks for it, each by its name', async () => {
  const bench = await workbench({ a: 10, b: 10 });
  const hook = filesHook({
    check: (_, context) =>
      context.once('server', async ({ run }) => run({ file: 'sh', args: ['-c', 'echo no >&2; exit 3'] })) as never,
  });
  const config = parseConfig(bench.plain([{ name: 'a' }, { name: 'b' }]), { hooks: [hook] });
  const failure = await backup(config, { onDumpFailure: 'continue' }).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: 'DUMP_FAILED',
    database: { name: 'a' },
    message: expect.stringContaining('no'),
  });
  expect(failure).toMatchObject({
    report: {
      databases: [
        { name: 'a', status: 'failed', error: { code: 'DUMP_FAILED' } },
        { name: 'b', status: 'failed', error: { code: 'DUMP_FAILED' } },
      ],
    },
  });
});

test('a command that is talked to answers line by line, tells of its failure, and ends with the job', async () => {
  const bench = await workbench({ one: 10 });
  const heard: unknown[] = [];
  const hook = filesHook({
    check: async (_, context) => {
      const talk = (script: string) => context.talk({ file: 'sh', args: ['-c', script] });
      const echo = talk('while read -r line; do echo "<$line>"; done');
      heard.push(await echo.ask('one\n'), await echo.ask('two\n'));
      await echo.end();
      heard.push(await talk('exit 0').ask('three\n'));
      const failing = talk('read -r line; echo "no $line" >&2; exit 3');
      heard.push(await failing.ask('four\n').catch(({ message }: Error) => message));
      heard.push(await failing.end().catch(() => 'failed'));
      talk('exec sleep 600')
        .ask('five\n')
        .catch(() => heard.push('ended'));
      return {};
    },
  });
  await backup(parseConfig(bench.plain([{ name: 'one' }]), { hooks: [hook] }), { dryRun: true });
  expect(heard).toEqual(['<one>', '<two>', '', expect.stringMatching(/files one .*no four/s), 'failed', 'ended']);
  expectNothingLeft(bench);
});

test.each([[undefined], ['custom'], [{}], [{ format: 1 }], [{ format: 'x', size: 3 }]])(
  'a hook that resolves with %j, which no manifest can keep, has not dumped',
  async (meta) => {
    const bench = await workbench({ one: 10 });
    const hook = filesHook({
      dump: async (_, sink) => {
        await sink.from({ file: 'echo', args: ['dump'] });
        return meta as never;
      },
    });
    await expect(backup(parseConfig(bench.plain([{ name: 'one' }]), { hooks: [hook] }))).rejects.toMatchObject({
      code: 'DUMP_FAILED',
      hint: expect.stringContaining('format'),
    });
    expectNothingLeft(bench);
  },
);

test('of what a client says, only what the hook lets be shown is in error, report and events', async () => {
  const bench = await workbench({ one: 10 });
  const hook = filesHook({
    explain: (stderr) => ({ said: stderr.replace(/hidden.*/s, '') }),
    dump: (_, sink) =>
      sink.from({ file: 'sh', args: ['-c', 'echo "no dump" >&2; echo "hidden secret" >&2; exit 3'] }) as never,
  });
  const events: Event[] = [];
  const failure = await backup(parseConfig(bench.plain([{ name: 'one' }]), { hooks: [hook] }), {
    onEvent: (event) => events.push(event),
  }).catch((error: unknown) => error as Error & { report: unknown });
  // Without a code of the hook's own it is that of the verb.
  expect(failure).toMatchObject({ code: 'DUMP_FAILED', message: expect.stringContaining('no dump') });
  const { message, report } = failure as Error & { report: unknown };
  expect(JSON.stringify([message, report, events])).not.toContain('secret');
});
