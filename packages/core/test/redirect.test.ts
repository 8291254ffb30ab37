import { backup, type Config, defineHook, listArchives, parseConfig, restore, Type } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { type Workbench, workbench } from './support/workbench.ts';

interface Seen {
  readonly name: string;
  readonly entry: Record<string, unknown>;
}

/** A hook that dumps the words of its entry, and notes where restores go. */
function notingHook() {
  const restored: Seen[] = [];
  const hook = defineHook({
    name: 'noted',
    entry: Type.Object({
      name: Type.String(),
      hostname: Type.Optional(Type.String()),
      port: Type.Optional(Type.Integer()),
      username: Type.Optional(Type.String()),
      password: Type.Optional(Type.String({ writeOnly: true })),
      socket_path: Type.Optional(Type.String()),
    }),
    list: async () => [],
    dump: async ({ entry }, sink) => {
      await sink.from({ file: 'printf', args: ['%s', `${entry.hostname ?? 'here'} ${entry.name}`] });
      return { format: 'words' };
    },
    restore: async ({ item, entry }, source) => {
      await source.into({ file: 'cat', args: [] });
      restored.push({ name: item.name, entry });
    },
  });
  return { hook, restored };
}

async function archived(databases: readonly object[]) {
  const bench: Workbench = await workbench();
  const { hook, restored } = notingHook();
  const configured = (entries: readonly object[]): Config => {
    const { files, ...plain } = bench.plain([]) as { files: unknown };
    return parseConfig({ ...plain, noted: entries }, { hooks: [hook] });
  };
  await backup(configured(databases));
  return { bench, restored, configured };
}

const west = { name: 'users', hostname: 'west.example.org', port: 5433, username: 'joe', password: 'pw-west' };
const east = { name: 'users', hostname: 'east.example.org' };

test('the same name on several hosts, ports and labels has its place in each', async () => {
  const { restored, configured } = await archived([west, east, { ...east, port: 1 }, { name: 'users', label: 'main' }]);
  const config = configured([west, east]);
  expect((await listArchives(config))[0]?.databases).toEqual([
    { hook: 'noted', name: 'users', kind: 'database', hostname: 'west.example.org', port: 5433 },
    { hook: 'noted', name: 'users', kind: 'database', hostname: 'east.example.org' },
    { hook: 'noted', name: 'users', kind: 'database', hostname: 'east.example.org', port: 1 },
    { hook: 'noted', name: 'users', kind: 'database', label: 'main' },
  ]);
  await expect(restore(config, { archive: 'latest', databases: ['users'] })).rejects.toMatchObject({
    code: 'DATABASE_AMBIGUOUS',
    message: expect.stringMatching(/west\.example\.org:5433.*main/),
  });
  await restore(config, { archive: 'latest', databases: [{ name: 'users', port: 5433 }, { label: 'main' }] });
  expect(new Set(restored.map(({ entry }) => entry))).toEqual(new Set([west, { name: 'users', label: 'main' }]));
});

test('two entries that would share a place are refused', async () => {
  const { configured } = await archived([east]);
  expect(() => configured([east, { ...east, username: 'other' }])).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  );
});

test('no configuration of the database is needed: the archive has the connection, but no password', async () => {
  const { restored, configured } = await archived([west]);
  await restore(configured([]), { archive: 'latest' });
  const { password: _, ...connection } = west;
  expect(restored).toEqual([{ name: 'users', entry: connection }]);
});

test('archive < configuration < restore_* < to', async () => {
  const { restored, configured } = await archived([west]);
  const other = { ...west, username: 'anna', password: 'pw-2' };
  await restore(configured([other]), { archive: 'latest' });
  await restore(configured([{ ...other, restore_hostname: 'test.example.org', restore_password: 'pw-3' }]), {
    archive: 'latest',
  });
  await restore(configured([{ ...other, restore_hostname: 'test.example.org' }]), {
    archive: 'latest',
    to: { hostname: 'lab.example.org', port: 1, username: 'eve', password: 'pw-4', name: 'users_copy' },
  });
  expect(restored.map(({ entry }) => entry)).toEqual([
    other,
    { ...other, hostname: 'test.example.org', password: 'pw-3' },
    { name: 'users_copy', hostname: 'lab.example.org', port: 1, username: 'eve', password: 'pw-4' },
  ]);
  expect(restored.map(({ name }) => name)).toEqual(['users', 'users', 'users']);
});

test('another host is not reached by the socket of this one', async () => {
  const { restored, configured } = await archived([{ name: 'users', socket_path: '/run/db' }]);
  await restore(configured([{ name: 'users', socket_path: '/run/db' }]), {
    archive: 'latest',
    to: { hostname: 'lab' },
  });
  expect(restored[0]?.entry).toEqual({ name: 'users', hostname: 'lab' });
});

test('a database that has moved goes where the configuration has it, with a warning', async () => {
  const { restored, configured } = await archived([west]);
  const report = await restore(configured([east]), { archive: 'latest' });
  expect(restored[0]?.entry).toMatchObject({ hostname: 'east.example.org' });
  expect(report.warnings).toEqual([expect.stringMatching(/west\.example\.org.*east\.example\.org/)]);
});

test.each([{ name: 'users' }, { name: 'all' }, { name: 'users', hostname: 'east.example.org' }])(
  'where %p has no host or port, the archive’s are not taken in their place',
  async (entry) => {
    const { restored, configured } = await archived([west]);
    await restore(configured([entry]), { archive: 'latest' });
    expect(restored).toEqual([{ name: 'users', entry: { ...entry, name: 'users' } }]);
  },
);

test('an entry whose label has stayed and whose host has gone means this host', async () => {
  const { restored, configured } = await archived([{ ...east, label: 'main' }]);
  await restore(configured([{ name: 'users', label: 'main' }]), { archive: 'latest' });
  expect(restored[0]?.entry).toEqual({ name: 'users', label: 'main' });
});

test.each([{}, { name: undefined }])('a selector that says nothing, as %p, chooses nothing', async (selector) => {
  const { restored, configured } = await archived([west]);
  await expect(
    restore(configured([west]), { archive: 'latest', databases: [selector as object] }),
  ).rejects.toMatchObject({
    code: 'DATABASE_NOT_FOUND',
    hint: expect.stringContaining('users'),
  });
  expect(restored).toEqual([]);
});

test('what stands for all databases of a server takes one that has moved, unless there are several', async () => {
  const { restored, configured } = await archived([west]);
  const all = [
    { name: 'all', hostname: 'north.example.org' },
    { name: 'all', hostname: 'south.example.org' },
  ];
  await restore(configured(all.slice(0, 1)), { archive: 'latest' });
  const report = await restore(configured(all), { archive: 'latest' });
  expect(report.warnings).toEqual([]);
  expect(restored.map(({ entry }) => entry.hostname)).toEqual(['north.example.org', 'west.example.org']);
});

test('two dumps are never restored to one place, and one name is for one database', async () => {
  const { restored, configured } = await archived([west, east]);
  const config = configured([]);
  await expect(restore(config, { archive: 'latest', to: { hostname: 'lab', port: 1 } })).rejects.toMatchObject({
    code: 'DATABASE_AMBIGUOUS',
    message: expect.stringContaining('same place'),
  });
  await expect(restore(config, { archive: 'latest', to: { name: 'copy' } })).rejects.toMatchObject({
    code: 'DATABASE_AMBIGUOUS',
  });
  expect(restored).toEqual([]);
});

test('the password of a call is in no report and no error', async () => {
  const { configured } = await archived([east]);
  const failure = await restore(configured([]), {
    archive: 'latest',
    to: { password: 'pw-of-the-call', hostname: 'pw-of-the-call' },
    before: () => Promise.reject(new Error('no pw-of-the-call here')),
  }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'COMMAND_HOOK_FAILED' });
  expect(JSON.stringify(failure)).not.toContain('pw-of-the-call');
});

test('a dry run says what would be restored and restores nothing', async () => {
  const { restored, configured } = await archived([west]);
  const report = await restore(configured([]), { archive: 'latest', dryRun: true });
  expect(report.databases).toMatchObject([{ name: 'users', status: 'skipped', format: 'words' }]);
  expect(restored).toEqual([]);
});

test('an archive of a hook that was not given is HOOK_MISSING', async () => {
  const { bench } = await archived([west]);
  const { files: _, ...plain } = bench.plain([]) as { files: unknown };
  await expect(restore(parseConfig(plain, { hooks: [] }), { archive: 'latest' })).rejects.toMatchObject({
    code: 'HOOK_MISSING',
    message: expect.stringContaining('noted'),
  });
});
