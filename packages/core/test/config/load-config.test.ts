import { isAbsolute } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load-config.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { fakeHook, load, loadError, loadProblems } from './support.ts';

const sectioned = `
location:
  repositories:
    - /backup/main.borg
    - path: ssh://user@host/./other.borg
      label: other
  borgmatic_source_directory: /var/tmp/run
storage:
  encryption_passphrase: s3cret
  compression: zstd,1
  archive_name_format: "{hostname}-{now}"
hooks:
  fake_databases:
    - name: users
      port: 5433
      options: [--verbose]
`;

const flat = `
repositories:
  - /backup/main.borg
  - path: ssh://user@host/./other.borg
    label: other
borgmatic_source_directory: /var/tmp/run
encryption_passphrase: s3cret
compression: zstd,1
archive_name_format: "{hostname}-{now}"
fake_databases:
  - name: users
    port: 5433
    options: [--verbose]
`;

const mixed = `
location:
  repositories:
    - /backup/main.borg
    - path: ssh://user@host/./other.borg
      label: other
borgmatic_source_directory: /var/tmp/run
encryption_passphrase: s3cret
storage:
  compression: zstd,1
  archive_name_format: "{hostname}-{now}"
hooks:
fake_databases:
  - name: users
    port: 5433
    options: [--verbose]
`;

test.each(Object.entries({ sectioned, flat, mixed }))('reads the %s form', async (_, text) => {
  const hook = fakeHook();
  const { file, ...config } = await load(text, [hook]);
  expect(config).toEqual({
    repositories: [{ path: '/backup/main.borg' }, { path: 'ssh://user@host/./other.borg', label: 'other' }],
    settings: {
      borgmatic_source_directory: '/var/tmp/run',
      encryption_passphrase: 's3cret',
      compression: 'zstd,1',
      archive_name_format: '{hostname}-{now}',
    },
    databases: [{ hook, entry: { name: 'users', port: 5433, options: ['--verbose'] } }],
    hooks: [hook],
    warnings: [],
  });
  expect(file?.text).toBe(text);
  expect(isAbsolute(file?.path ?? '')).toBe(true);
});

test('gives what parseConfig gives for the same keys, and the file besides', async () => {
  const hooks = [fakeHook()];
  const { file, ...config } = await load(sectioned, hooks);
  const parsed = parseConfig(
    {
      location: {
        repositories: ['/backup/main.borg', { path: 'ssh://user@host/./other.borg', label: 'other' }],
        borgmatic_source_directory: '/var/tmp/run',
      },
      storage: { encryption_passphrase: 's3cret', compression: 'zstd,1', archive_name_format: '{hostname}-{now}' },
      hooks: { fake_databases: [{ name: 'users', port: 5433, options: ['--verbose'] }] },
    },
    { hooks },
  );
  expect(parsed).toEqual(config);
});

test('takes empty sections and empty lists of databases as absent', async () => {
  expect((await load('repositories: [a]\nlocation:\nstorage:\nhooks:\nfake_databases:\n')).databases).toEqual([]);
  expect((await load('repositories: [a]\nhooks:\n  fake_databases:\n')).databases).toEqual([]);
  expect((await load('repositories: [a]\nfake_databases: []\n')).databases).toEqual([]);
});

test('keeps the order of hooks and entries', async () => {
  const hooks = [fakeHook({ name: 'b_databases' }), fakeHook({ name: 'a_databases' })];
  const text = 'repositories: [a]\na_databases: [{name: z}]\nb_databases: [{name: y}, {name: x}]\n';
  expect((await load(text, hooks)).databases.map(({ entry }) => entry.name)).toEqual(['y', 'x', 'z']);
});

test('reports every problem at once, in the order of the file, with line, column and key', async () => {
  const text = `compression: 3
location:
  repositories:
    - path: /backup
      lable: main
    - 7
  compression: lz4
hooks:
  fake_databases:
    - name: users
      prot: 5433
      password: 1234
    - hostname: db
      port: 70000
      format: costum
      options: [--x, 2]
    - orders
stroage:
  encryption_passphrase: s3cret
`;
  expect(await loadProblems(text)).toEqual([
    'backup.yaml:1:14: compression: expected a non-empty string, found the number `3`; put it in quotes',
    'backup.yaml:5:7: location.repositories[0].lable: unknown key `lable`; did you mean `label`?',
    'backup.yaml:6:7: location.repositories[1]: expected a non-empty string or a mapping, found a number; put it in quotes',
    'backup.yaml:7:3: location.compression: does not belong to `location`, but to `storage` or to the top of the configuration',
    'backup.yaml:11:7: hooks.fake_databases[0].prot: unknown key `prot`; did you mean `port`?',
    'backup.yaml:12:17: hooks.fake_databases[0].password: expected a string, found a number; put it in quotes',
    'backup.yaml:13:7: hooks.fake_databases[1].name: is required: a non-empty string',
    'backup.yaml:14:13: hooks.fake_databases[1].port: expected a whole number from 1 to 65535, found the number `70000`',
    'backup.yaml:15:15: hooks.fake_databases[1].format: expected one of `custom`, `plain`, `tar`, found the string `costum`; did you mean `custom`?',
    'backup.yaml:16:22: hooks.fake_databases[1].options[1]: expected a string, found the number `2`; put it in quotes',
    'backup.yaml:17:7: hooks.fake_databases[2]: expected a mapping, found a string',
    'backup.yaml:18:1: stroage: unknown key `stroage`; did you mean `storage`?',
  ]);
});

test('reports more problems than the validator stops at', async () => {
  const entries = Array.from({ length: 40 }, (_, index) => `  - {name: d${index}, port: ${index + 70000}}`);
  expect(await loadProblems(`repositories: [a]\nfake_databases:\n${entries.join('\n')}\n`)).toHaveLength(40);
});

test('says a single problem in a single line', async () => {
  const error = await loadError('repositories: [a]\nfake_databases:\n  - name: users\n    prot: 5433\n');
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toBe('backup.yaml:4:5: fake_databases[0].prot: unknown key `prot`; did you mean `port`?');
});

test('says that repositories are required, in whatever form the file is', async () => {
  const message = 'backup.yaml:1:1: repositories: is required: a non-empty list';
  expect(await loadProblems('compression: lz4\n')).toEqual([message]);
  expect(await loadProblems('location:\n  borgmatic_source_directory: /x\n')).toEqual([message]);
  expect(await loadProblems('repositories: []\n')).toEqual([
    'backup.yaml:1:15: repositories: expected a non-empty list, found an empty list',
  ]);
  expect(await loadProblems('repositories:\n')).toEqual([
    'backup.yaml:1:14: repositories: expected a non-empty list, found nothing',
  ]);
});

test('refuses an empty passphrase line rather than going without one', async () => {
  expect(await loadProblems('repositories: [a]\nencryption_passphrase:\n')).toEqual([
    'backup.yaml:2:23: encryption_passphrase: expected a string, found nothing',
  ]);
});

test('refuses a file that is not there, with the cause', async () => {
  const error = await loadConfig('/nowhere/backup.yaml', { hooks: [] }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/^\/nowhere\/backup\.yaml: cannot be read: ENOENT/),
    cause: expect.objectContaining({ code: 'ENOENT' }),
  });
});

test('refuses a directory and a file that is not text', async () => {
  const error = await loadConfig('/', { hooks: [] }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', cause: expect.objectContaining({ code: 'EISDIR' }) });
  expect(await loadProblems(Uint8Array.of(0x61, 0x3a, 0xff, 0xfe))).toEqual(['backup.yaml: is not a text in UTF-8']);
});

test('counts columns right behind a byte order mark and with Windows line ends', async () => {
  expect(await loadProblems('\ufeffrepositories: 5\r\ncompresion: lz4\r\n')).toEqual([
    'backup.yaml:1:15: repositories: expected a non-empty list, found a number',
    'backup.yaml:2:1: compresion: unknown key `compresion`; did you mean `compression`?',
  ]);
});
