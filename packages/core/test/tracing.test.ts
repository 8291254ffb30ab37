import { AsyncLocalStorage } from 'node:async_hooks';
import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import {
  type BackupError,
  backup,
  type Config,
  initRepository,
  listArchives,
  parseConfig,
  restore,
} from '@dumpstream/core';
import { memoryRepository } from '@dumpstream/core/testing';
import { afterEach, expect, test } from '@jest/globals';
import { tempDir } from '../../../test/support/servers.ts';
import { filesHook } from './support/files-hook.ts';

type Moment = 'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error';

interface Heard {
  readonly channel: string;
  readonly moment: Moment;
  // biome-ignore lint/suspicious/noExplicitAny: whatever a channel says
  readonly message: any;
  /** What the message was at that moment. */
  readonly shown: string;
}

const names = ['backup', 'restore', 'listArchives', 'initRepository', 'phase', 'database'];
const moments: readonly Moment[] = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'];
const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

/** Everything that is said from now on, in order. */
function listen(): Heard[] {
  const heard: Heard[] = [];
  for (const channel of names) {
    const hear = (moment: Moment) => (message: object) =>
      void heard.push({ channel, moment, message, shown: inspect(message, { depth: 20, showHidden: true }) });
    const subscribers = Object.fromEntries(moments.map((moment) => [moment, hear(moment)])) as never;
    tracingChannel(`dumpstream:${channel}`).subscribe(subscribers);
    undo.push(() => tracingChannel(`dumpstream:${channel}`).unsubscribe(subscribers));
  }
  return heard;
}

async function configured(databases: readonly object[], memory = memoryRepository()): Promise<Config> {
  const directory = await tempDir();
  for (const name of ['one', 'two']) await writeFile(join(directory, name), name.repeat(1000));
  const config = parseConfig(
    { repositories: ['memory:'], files: databases.map((database) => ({ directory, ...database })) },
    { hooks: [filesHook()], repositories: [memory] },
  );
  await initRepository(config, { encryption: 'none' });
  return config;
}

/** What was said of a channel's spans, each as its moments. */
function spans(heard: readonly Heard[], channel: string): Map<object, Moment[]> {
  const found = new Map<object, Moment[]>();
  for (const { channel: on, message, moment } of heard) {
    if (on === channel) found.set(message, [...(found.get(message) ?? []), moment]);
  }
  return found;
}

const whole: readonly Moment[] = ['start', 'end', 'asyncStart', 'asyncEnd'];
const broken: readonly Moment[] = ['start', 'end', 'error', 'asyncStart', 'asyncEnd'];

test('a call, its phases and its databases are each told of from start to end, with what the caller gets', async () => {
  const config = await configured([{ name: 'one' }, { name: 'two' }]);
  const heard = listen();
  const report = await backup(config);
  const restored = await restore(config, { archive: 'latest', databases: ['two'] });
  await listArchives(config);

  for (const channel of ['backup', 'restore', 'listArchives', 'phase', 'database']) {
    expect([...spans(heard, channel).values()].every((each) => `${each}` === `${whole}`)).toBe(true);
  }
  const [backedUp] = spans(heard, 'backup').keys();
  expect(backedUp).toEqual({ call: expect.any(String), verb: 'backup', result: report });
  const [back] = spans(heard, 'restore').keys();
  expect(back).toEqual({ call: expect.any(String), verb: 'restore', result: restored });
  const { call } = backedUp as { call: string };
  expect([...spans(heard, 'phase').keys()].slice(0, 3)).toEqual([
    { call, verb: 'backup', phase: 'prepare' },
    { call, verb: 'backup', phase: 'transfer' },
    { call, verb: 'backup', phase: 'commit' },
  ]);
  const result = { status: 'ok', bytes: expect.any(Number), durationMs: expect.any(Number) };
  const ref = (name: string) => ({ hook: 'files', name, kind: 'database' });
  expect([...spans(heard, 'database').keys()]).toEqual([
    { call, verb: 'backup', database: ref('one'), repository: 'memory:', result },
    { call, verb: 'backup', database: ref('two'), repository: 'memory:', result },
    {
      ...{ call: (back as { call: string }).call, verb: 'restore', database: ref('two'), repository: 'memory:' },
      ...{ expectedBytes: 3000, result },
    },
  ]);
});

test('what fails says so on the error channel, with the error that the caller gets', async () => {
  const config = await configured([{ name: 'one', dump: 'exit 3' }]);
  const heard = listen();
  const error = (await backup(config).catch((thrown: unknown) => thrown)) as BackupError;

  for (const channel of ['backup', 'database']) expect([...spans(heard, channel).values()]).toEqual([broken]);
  const [call] = spans(heard, 'backup').keys();
  expect(call).toMatchObject({ error: { code: error.code, message: error.message, report: error.report } });
  const [database] = spans(heard, 'database').keys();
  expect(database).toMatchObject({ error: { code: 'DUMP_FAILED' } });
  const phases = [...spans(heard, 'phase')].map(([message, moment]) => [(message as { phase: string }).phase, moment]);
  expect(phases).toEqual([
    ['prepare', whole],
    ['transfer', broken],
  ]);
});

test('an abort ends every span that was begun', async () => {
  const config = await configured([{ name: 'one', dump: 'sleep 60' }]);
  const heard = listen();
  const abort = new AbortController();
  const onEvent = ({ type }: { type: string }) => type === 'database-start' && abort.abort();
  await expect(backup(config, { signal: abort.signal, onEvent })).rejects.toMatchObject({ code: 'ABORTED' });
  for (const channel of ['backup', 'database']) expect([...spans(heard, channel).values()]).toEqual([broken]);
  expect([...spans(heard, 'phase').values()].at(-1)).toEqual(broken);
});

test('calls side by side are told apart', async () => {
  const configs = [await configured([{ name: 'one' }]), await configured([{ name: 'two' }])];
  const heard = listen();
  await Promise.all(configs.map((config) => backup(config)));
  const calls = [...spans(heard, 'backup').keys()] as { call: string; result: { databases: { name: string }[] } }[];
  expect(new Set(calls.map(({ call }) => call)).size).toBe(2);
  const databases = [...spans(heard, 'database').keys()] as { call: string; database: { name: string } }[];
  for (const { call, result } of calls) {
    const own = databases.filter((each) => each.call === call).map(({ database }) => database.name);
    expect(own).toEqual(result.databases.map(({ name }) => name));
  }
});

test('a store that is bound to the start of calls and phases is there when their databases start', async () => {
  const config = await configured([{ name: 'one' }]);
  const parents = new AsyncLocalStorage<string[]>();
  const bind = (channel: TracingChannel, name: string) => {
    // Typed as if a store were of the channel's own messages.
    (channel.start as { bindStore(store: unknown, transform: () => unknown): void }).bindStore(parents, () => [
      ...(parents.getStore() ?? []),
      name,
    ]);
    undo.push(() => void channel.start.unbindStore(parents as never));
  };
  bind(tracingChannel('dumpstream:backup'), 'backup');
  bind(tracingChannel('dumpstream:phase'), 'phase');
  let seen: readonly string[] | undefined;
  const look = {
    start: () => {
      seen = parents.getStore();
    },
  } as never;
  tracingChannel('dumpstream:database').subscribe(look);
  undo.push(() => tracingChannel('dumpstream:database').unsubscribe(look));
  await backup(config);
  expect(seen).toEqual(['backup', 'phase']);
});

test('no message holds a secret, whatever a client prints', async () => {
  const secret = 'correct-horse-battery';
  const config = await configured([{ name: 'one', password: secret, dump: `echo ${secret} >&2; exit 3` }]);
  const heard = listen();
  await backup(config).catch(() => {});
  await restore(config, { archive: 'latest', to: { password: secret } }).catch(() => {});
  expect(heard.length).toBeGreaterThan(15);
  expect(heard.filter(({ shown }) => shown.includes(secret))).toEqual([]);
});
