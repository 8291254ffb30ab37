import { describe, expect, test } from '@jest/globals';
import { coreKeys } from '../../src/config/core-keys.ts';
import { entrySchema } from '../../src/config/file-schema.ts';
import { fakeHook, loadError, loadProblems, parseError } from './support.ts';

describe('a section of a hook that was not passed', () => {
  test.each([
    ['postgresql_databases', "import postgresql from '@dumpstream/hooks-postgres' and pass postgresql() in `hooks`"],
    ['mysql_databases', "import mysql from '@dumpstream/hooks-mysql' and pass mysql() in `hooks`"],
    ['mariadb_databases', "import mariadb from '@dumpstream/hooks-mysql' and pass mariadb() in `hooks`"],
  ])('%s is HOOK_MISSING, with the package to import', async (section, hint) => {
    const flat = await loadError(`repositories: [a]\n${section}:\n  - name: users\n`);
    expect(flat).toMatchObject({ code: 'HOOK_MISSING', hint: expect.stringContaining(hint) });
    expect(flat.message).toBe(`backup.yaml:2:1: ${section}: no hook for this section was passed`);
    const sectioned = parseError({ repositories: ['a'], hooks: { [section]: [{ name: 'users' }] } }, []);
    expect(sectioned).toMatchObject({ code: 'HOOK_MISSING', hint: expect.stringContaining(hint) });
    expect(sectioned.message).toBe(`(configuration): hooks.${section}: no hook for this section was passed`);
  });

  test('is no problem where it is empty', () => {
    const value = { repositories: ['a'], mysql_databases: null, hooks: { postgresql_databases: [] }, compresion: 1 };
    expect(parseError(value).message).toBe(
      '(configuration): compresion: unknown key `compresion`; did you mean `compression`?',
    );
  });

  test('is reported together with everything else', async () => {
    const error = await loadError('compression: 3\nhooks:\n  mysql_databases: [{}]\n  mariadb_databases: [{}]\n');
    expect(error.code).toBe('HOOK_MISSING');
    expect(error.hint).toMatch(/mysql\(\).*; .*mariadb\(\)/);
    expect(error.message.split('\n')).toHaveLength(4);
  });

  test('is checked like any other where the hook was passed', () => {
    const hooks = [fakeHook({ name: 'postgresql_databases' })];
    expect(parseError({ repositories: ['a'], postgresql_databases: [{ nam: 'x', name: 'x' }] }, hooks).message).toBe(
      '(configuration): postgresql_databases[0].nam: unknown key `nam`; did you mean `name`?',
    );
  });

  test('is what a misspelled one was meant for', async () => {
    expect(await loadProblems('repositories: [a]\nhooks:\n  postgres_databases: []\n')).toEqual([
      'backup.yaml:3:3: hooks.postgres_databases: unknown key `postgres_databases`; did you mean `postgresql_databases`?',
    ]);
  });
});

test.each([
  ['location', 'compression', 'storage'],
  ['location', 'encryption_passphrase', 'storage'],
  ['location', 'fake_databases', 'hooks'],
  ['location', 'mysql_databases', 'hooks'],
  ['storage', 'repositories', 'location'],
  ['hooks', 'borgmatic_source_directory', 'location'],
  ['location', 'keep_daily', 'retention'],
  ['retention', 'encryption_passphrase', 'storage'],
  ['output', 'mongodb_databases', 'hooks'],
])('a key in the wrong section (%s: %s) is told where it belongs', async (section, key, home) => {
  expect(await loadProblems(`repositories: [a]\n${section}:\n  ${key}: x\n`)).toEqual([
    `backup.yaml:3:3: ${section}.${key}: does not belong to \`${section}\`, but to \`${home}\` or to the top of the configuration`,
  ]);
});

test('a key that several sections have, or none, is told so', async () => {
  expect(await loadProblems('repositories: [a]\noutput: {umask: 7, constants: {a: b}}\n')).toEqual([
    'backup.yaml:2:10: output.umask: does not belong to `output`, but to `storage` or to `hooks` or to the top of the configuration',
    'backup.yaml:2:20: output.constants: does not belong to `output`, but to the top of the configuration',
  ]);
});

test('what a misspelled key was meant for can be one that is ignored', async () => {
  const text = 'repositories: [{path: a, encription: none}]\nkeep_dayly: 7\nconsistency: {cheks: []}\n';
  expect(await loadProblems(text)).toEqual([
    'backup.yaml:1:26: repositories[0].encription: unknown key `encription`; did you mean `encryption`?',
    'backup.yaml:2:1: keep_dayly: unknown key `keep_dayly`; did you mean `keep_daily`?',
    'backup.yaml:3:15: consistency.cheks: unknown key `cheks`; did you mean `checks`?',
  ]);
});

test('a key like no other comes with those that are known', async () => {
  expect(
    await loadProblems('repositories: [a]\nfake_databases: [{name: x, colour: blue}]\nstorage: {colour: blue}\n'),
  ).toEqual([
    `backup.yaml:2:28: fake_databases[0].colour: unknown key \`colour\`; known here: ${listed(entrySchema(fakeHook()).properties)}`,
    `backup.yaml:3:11: storage.colour: unknown key \`colour\`; known here: ${listed(coreKeys.storage)}`,
  ]);
});

function listed(keys: object): string {
  return Object.keys(keys)
    .map((key) => `\`${key}\``)
    .join(', ');
}

test('a key of the top is an unknown one in an entry', async () => {
  expect(await loadProblems('repositories: [a]\nfake_databases: [{name: x, compression: lz4}]\n')).toEqual([
    expect.stringMatching(/^backup\.yaml:2:28: fake_databases\[0\]\.compression: unknown key/),
  ]);
});
