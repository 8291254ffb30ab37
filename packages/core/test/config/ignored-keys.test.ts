import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { coreKeys, sections } from '../../src/config/core-keys.ts';
import { ignoredKeys } from '../../src/config/ignored-keys.ts';
import { knownHooks } from '../../src/config/known-hooks.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { flatKeys, repositoryKeys, sectionedKeys } from './reference-keys.ts';
import { fakeHook, load, loadError, loadProblems, parseError, warningsOf } from './support.ts';

const refused = (key: string) => ignoredKeys.get(key)?.refused?.([{}]) === true;

describe('every key of the reference', () => {
  const ours = new Set(sections.flatMap((section) => Object.keys(coreKeys[section])));
  const isOurs = (key: string) => ours.has(key) || Object.hasOwn(knownHooks, key);

  test.each(Object.entries(sectionedKeys))('in %s is ours, or in the table for that section', (section, keys) => {
    const known = keys.filter((key) => isOurs(key) || ignoredKeys.get(key)?.in.some((each) => each === section));
    expect(known).toEqual(keys);
  });

  test('of the flat form is ours or in the table, and never both', () => {
    expect(flatKeys.filter((key) => isOurs(key) === ignoredKeys.has(key))).toEqual([]);
  });

  test('of a repository is in the table for repositories', () => {
    expect(repositoryKeys.filter((key) => !ignoredKeys.get(key)?.in.includes('repositories'))).toEqual([]);
  });
});

test('every key that is ignored is accepted at the top and in its sections, and reported in a warning', () => {
  for (const { key, in: places, what } of ignoredKeys.values()) {
    if (refused(key) || places.includes('repositories')) continue;
    for (const section of [undefined, ...places]) {
      const value = { repositories: ['a'], ...(section === undefined ? { [key]: 1 } : { [section]: { [key]: 1 } }) };
      const named = section === undefined ? key : `${section}.${key}`;
      expect(parseConfig(value, { hooks: [] }).warnings).toEqual([`(configuration): ${named} is ignored: ${what}`]);
    }
  }
});

test('a sectioned file of the reference is read as it stands, with a warning for each key that is ignored', async () => {
  const config = await load(`location:
  source_directories: [/etc]
  repositories: ["ssh://user@host/./{hostname}.borg", user@host:repo, "~/local.borg"]
  one_file_system: true
storage:
  encryption_passphrase: s3cret
  checkpoint_interval: 1800
  umask: 0077
retention:
  keep_daily: 7
  keep_within: 3H
consistency:
  checks:
    - name: repository
      frequency: 2 weeks
  prefix: "{hostname}-"
output:
  color: false
hooks:
  before_backup: [echo]
  before_prune: [echo]
  healthchecks: https://hc-ping.com/s3cret
  fake_databases: [{name: users}]
`);
  expect(config.repositories.map(({ path }) => path)).toEqual([
    'ssh://user@host/./{hostname}.borg',
    'user@host:repo',
    '~/local.borg',
  ]);
  expect({ ...config.settings }).toEqual({
    source_directories: ['/etc'],
    encryption_passphrase: 's3cret',
    before_backup: ['echo'],
    keep_daily: 7,
    keep_within: '3H',
  });
  expect(warningsOf(config)).toEqual([
    expect.stringMatching(/^backup\.yaml:4:3: location\.one_file_system is ignored: .+exclude_patterns$/),
    expect.stringMatching(/^backup\.yaml:7:3: storage\.checkpoint_interval is ignored: /),
    expect.stringMatching(/^backup\.yaml:8:3: storage\.umask is ignored: /),
    expect.stringMatching(/^backup\.yaml:13:3: consistency\.checks is ignored: check\(\) /),
    expect.stringMatching(/^backup\.yaml:16:3: consistency\.prefix is ignored: /),
    expect.stringMatching(/^backup\.yaml:18:3: output\.color is ignored: /),
    expect.stringMatching(/^backup\.yaml:21:3: hooks\.before_prune is ignored: /),
    expect.stringMatching(/^backup\.yaml:22:3: hooks\.healthchecks is ignored: /),
  ]);
  expect(JSON.stringify(config)).not.toContain('s3cret');
});

test('so is a flat one', async () => {
  const config = await load(`repositories:
  - path: ssh://user@host/./repo.borg
    label: remote
    encryption: repokey-blake2
    append_only: true
source_directories: [/etc]
keep_daily: 7
checks:
  - name: repository
bootstrap:
  store_config_files: false
zfs:
fake_databases:
  - name: users
ntfy:
  topic: s3cret
  states: [fail]
`);
  expect(config.repositories).toEqual([{ path: 'ssh://user@host/./repo.borg', label: 'remote' }]);
  expect(config.settings.store_config_files).toBe(false);
  expect(warningsOf(config).map((warning) => warning.replace(/ is ignored: .*/, ''))).toEqual([
    'backup.yaml:4:5: repositories[0].encryption',
    'backup.yaml:5:5: repositories[0].append_only',
    'backup.yaml:8:1: checks',
    'backup.yaml:12:1: zfs',
    'backup.yaml:15:1: ntfy',
  ]);
});

test('bootstrap.store_config_files is store_config_files, wherever it stands, and is not given twice', async () => {
  const value = { repositories: ['a'], hooks: { bootstrap: { store_config_files: false } } };
  expect(parseConfig(value, { hooks: [] }).settings).toEqual(expect.objectContaining({ store_config_files: false }));
  expect(
    parseConfig({ repositories: ['a'], bootstrap: null }, { hooks: [] }).settings.store_config_files,
  ).toBeUndefined();
  expect(
    await loadProblems('repositories: [a]\nstore_config_files: true\nbootstrap: {store_config_files: true}\n'),
  ).toEqual([
    'backup.yaml:3:13: bootstrap.store_config_files: is given twice: here and as `store_config_files` (line 2)',
  ]);
  expect(parseError({ repositories: ['a'], bootstrap: { store: true } }).message).toMatch(
    /bootstrap\.store: unknown key `store`; did you mean `store_config_files`\?$/,
  );
});

describe('what must not be ignored is refused', () => {
  test.each([
    ['patterns', '["R /"]', 'source_directories'],
    ['patterns_from', '[/etc/patterns]', 'source_directories'],
    ['working_directory', '/srv', 'absolute'],
    ['read_special', 'true', 'not stored'],
    ['before_everything', '[echo]', 'before_backup'],
    ['after_actions', '[echo]', 'after_backup'],
    ['constants', '{user: me}', '${NAME}'],
    ['commands', '[{before: action, when: [create], run: [echo]}]', 'before_backup'],
    ['commands', '[{after: error, run: [echo]}]', 'on_error'],
    ['commands', '[{before: action, when: [prune], run: [x]}, {before: action, when: [restore], run: [x]}]', 'before_'],
    ['commands', '[null]', 'before_backup'],
    ['commands', 'echo', 'before_backup'],
  ])('%s: %s', async (key, value, advice) => {
    const error = await loadError(`repositories: [a]\n${key}: ${value}\n`);
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toMatch(new RegExp(`^backup\\.yaml:2:1: ${key}: is not supported, and cannot be ignored: `));
    expect(error.message).toContain(advice);
  });

  test('unless it asks for nothing', () => {
    const nothing = { patterns: [], patterns_from: null, constants: {}, before_actions: [], mongodb_databases: [] };
    expect(parseConfig({ repositories: ['a'], ...nothing }, { hooks: [] }).warnings).toEqual([]);
    const other = { read_special: false, commands: [{ before: 'action', when: ['prune'], run: ['echo'] }] };
    expect(parseConfig({ repositories: ['a'], ...other }, { hooks: [] }).warnings).toEqual([
      expect.stringContaining('read_special is ignored: '),
      expect.stringContaining('commands is ignored: '),
    ]);
  });
});

describe('databases of a kind without a hook', () => {
  test.each(['mongodb_databases', 'sqlite_databases', 'influxdb_databases', 'openldap_databases'])(
    'are HOOK_MISSING: %s',
    async (key) => {
      const error = await loadError(`repositories: [a]\nhooks:\n  ${key}:\n    - {name: users, path: /x}\n`);
      expect(error.code).toBe('HOOK_MISSING');
      expect(error.message).toBe(`backup.yaml:3:3: hooks.${key}: no hook for this section was passed`);
      expect(error.hint).toMatch(/would not be backed up; .* before_backup/);
    },
  );

  test('are those of a hook that was passed, which may take any such name', () => {
    const entry = Type.Object({ name: Type.String(), path: Type.String() });
    const hooks = [fakeHook({ name: 'sqlite_databases', entry }), fakeHook({ name: 'ntfy' })];
    const value = { repositories: ['a'], sqlite_databases: [{ name: 'x', path: '/x' }], ntfy: [{ name: 'y' }] };
    const config = parseConfig(value, { hooks });
    expect(config.databases.map(({ hook }) => hook.name)).toEqual(['sqlite_databases', 'ntfy']);
    expect(config.warnings).toEqual([]);
  });
});

test('of passphrase and command for it the passphrase wins, as with Borg, and a warning says so', async () => {
  const config = await load(
    'repositories: [a]\nstorage:\n  encryption_passcommand: cat x\nencryption_passphrase: s3cret\n',
  );
  expect({ ...config.settings }).toEqual({ encryption_passphrase: 's3cret' });
  expect(warningsOf(config)).toEqual([
    'backup.yaml:3:3: storage.encryption_passcommand is ignored: encryption_passphrase is given, too, and wins; remove one of them',
  ]);
});

test('the documentation has the same table', async () => {
  const text = await readFile(new URL('../../../../docs/reference/ignored-keys.md', import.meta.url), 'utf8');
  const documented = text.split('\n').filter((line) => line.startsWith('| `'));
  expect(documented).toEqual(
    [...ignoredKeys.values()].map(({ key, in: places, what }) => {
      const where = places.map((place) => `\`${place}\``).join(', ') || 'top';
      return `| \`${key}\` | ${where} | ${refused(key) ? 'refused' : 'ignored'} | ${what} |`;
    }),
  );
});
