import { describe, expect, test } from '@jest/globals';
import { load, loadError, loadProblems } from './support.ts';

const start = 'repositories: [a]\n';

describe('anchors, aliases and merge keys', () => {
  test('work, and a mapping wins over what it merges', async () => {
    const config = await load(`${start}fake_databases:
  - &base {name: users, hostname: db, port: 1, options: &options [-v]}
  - <<: *base
    name: orders
    options: *options
  - <<: [{port: 2}, *base]
    name: posts
`);
    expect(config.databases.map(({ entry }) => entry)).toEqual([
      { name: 'users', hostname: 'db', port: 1, options: ['-v'] },
      { name: 'orders', hostname: 'db', port: 1, options: ['-v'] },
      { name: 'posts', hostname: 'db', port: 2, options: ['-v'] },
    ]);
  });

  test('a problem that comes by a merge is shown where it was written', async () => {
    const text = `${start}fake_databases:
  - <<: [{port: 0}, {prot: 2}]
    name: posts
`;
    expect(await loadProblems(text)).toEqual([
      'backup.yaml:3:17: fake_databases[0].port: expected a whole number from 1 to 65535, found the number `0`',
      'backup.yaml:3:22: fake_databases[0].prot: unknown key `prot`; did you mean `port`?',
    ]);
  });

  test('a problem inside an alias is shown at its anchor, one of the alias itself where it is used', async () => {
    const text = `${start}compression: &c lz4\nfake_databases:\n  - {name: a, options: &o [1]}\n  - {name: b, options: *o}\n  - *c\n`;
    expect(await loadProblems(text)).toEqual([
      expect.stringMatching(/^backup\.yaml:4:28: fake_databases\[0\]\.options\[0\]: /),
      expect.stringMatching(/^backup\.yaml:4:28: fake_databases\[1\]\.options\[0\]: /),
      'backup.yaml:6:5: fake_databases[2]: expected a mapping, found a string',
    ]);
  });

  test('a quoted `<<` is a key like any other', async () => {
    expect(await loadProblems(`${start}fake_databases: [{name: a, "<<": {port: 1}}]\n`)).toEqual([
      expect.stringMatching(/^backup\.yaml:2:28: fake_databases\[0\]\.…: unknown key/),
    ]);
  });

  test('thousands of uses of one anchor are taken', async () => {
    const entries = Array.from({ length: 2000 }, (_, index) => `  - {<<: *base, name: d${index}}`);
    const text = `${start}fake_databases:\n  - &base {name: x, port: 1}\n${entries.join('\n')}\n`;
    expect((await load(text)).databases).toHaveLength(2001);
  });

  test('an alias without an anchor is refused where it stands', async () => {
    expect(await loadProblems(`${start}encryption_passphrase: *s3cret\n`)).toEqual([
      'backup.yaml:2:24: no such anchor before it; quote a value that begins with `*`',
    ]);
  });

  test('only mappings can be merged', async () => {
    expect(await loadProblems(`${start}fake_databases: [{name: a, <<: b}]\n`)).toEqual([
      'backup.yaml:2:32: only mappings can be merged by `<<`',
    ]);
  });

  test.each([
    ['of lists', (inner: number) => `[${Array(9).fill(`*a${inner}`).join(', ')}]`],
    ['of merges', (inner: number) => `{<<: [*a${inner}, *a${inner}], k${inner}: 1}`],
  ])('a bomb %s is refused', async (_, level) => {
    const levels = Array.from({ length: 25 }, (__, index) => `a${index + 1}: &a${index + 1} ${level(index)}`);
    expect(await loadProblems(`a0: &a0 {k: 1}\n${levels.join('\n')}\n`)).toEqual([
      'backup.yaml:1:9: anchors (`&name`) that contain themselves, or are used too often by one another, are refused',
    ]);
  });

  test('what contains itself is refused', async () => {
    expect(await loadProblems('repositories: &r [*r]\n')).toEqual([
      'backup.yaml:1:19: repositories[0]: refers to itself',
    ]);
    expect(await loadProblems('hooks: &h {<<: *h}\n')).toEqual([expect.stringContaining('contain themselves')]);
  });
});

describe('the core schema of YAML 1.2', () => {
  test('takes yes, octal-looking and date-looking words as they are written', async () => {
    const { settings } = await load(`${start}compression: yes\narchive_name_format: 2024-01-01\n`);
    expect(settings).toEqual({ compression: 'yes', archive_name_format: '2024-01-01' });
  });

  test('holds whatever version a directive asks for', async () => {
    expect((await load(`%YAML 1.1\n---\n${start}compression: on\n`)).settings.compression).toBe('on');
  });

  test.each(['!include other.yaml', '!retain x'])('refuses the tag of %j by its name', async (value) => {
    const [tag] = value.split(' ');
    expect(await loadProblems(`${start}compression: ${value}\n`)).toEqual([
      `backup.yaml:2:14: the tag \`${tag}\` is not supported`,
    ]);
  });

  test.each(['!s3cret', '!!binary czNjcmV0', '!!set {a}', '!!timestamp 2024-01-01'])(
    'refuses the tag of %j',
    async (value) => {
      const [problem] = await loadProblems(`${start}compression: ${value}\n`);
      expect(problem).toBe('backup.yaml:2:14: a tag that is not supported; put a value that begins with `!` in quotes');
    },
  );

  test('takes the tags that belong to it', async () => {
    expect((await load(`${start}encryption_passphrase: !!str 1234\n`)).settings.encryption_passphrase).toBe('1234');
  });
});

describe('a text that is no configuration', () => {
  test.each([
    ['', 'backup.yaml:1:1: the file is empty'],
    ['# only a comment\n', 'backup.yaml:1:1: the file is empty'],
    ['~\n', 'backup.yaml:1:1: expected a mapping, found nothing'],
    ['- a\n', 'backup.yaml:1:1: expected a mapping, found a list'],
    ['\nword\n', 'backup.yaml:2:1: expected a mapping, found a string'],
    [`${start}---\n${start}`, 'backup.yaml:2:1: a second document begins here; a configuration is one document'],
    ['? [a]\n: b\n', 'backup.yaml:1:3: a key must be a single word, not a list or a mapping'],
    [`${start}\tcompression: lz4\n`, 'backup.yaml:2:1: a tab cannot indent; use spaces'],
    [`${start}compression: "lz4\n`, 'backup.yaml:3:1: not valid YAML: missing closing "quote'],
    [
      `${start}compression: @x\n`,
      'backup.yaml:2:14: a value cannot begin with this character; put the value in quotes',
    ],
  ])('%j', async (text, message) => {
    const error = await loadError(text);
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toBe(message);
  });

  test('may be nested as deeply as it likes', async () => {
    expect(await loadProblems(`x: ${'['.repeat(20_000)}`)).toContainEqual(
      expect.stringMatching(/:1:\d+: nested too deeply$/),
    );
    expect(await loadProblems(`x: ${'['.repeat(200)}${']'.repeat(200)}`)).toEqual([
      expect.stringMatching(/^backup\.yaml:1:\d+: x\[0\]\[0\]: is nested too deeply$/),
    ]);
  });
});

test('a key given twice in one mapping, or an unknown tag, does not hide other problems', async () => {
  const text = `${start}fake_databases:
  - name: a
    name: b
    prot: 1
repositories: !include x
`;
  expect(await loadProblems(text)).toEqual([
    'backup.yaml:4:5: `name` is given twice in the same mapping',
    'backup.yaml:5:5: fake_databases[0].prot: unknown key `prot`; did you mean `port`?',
    'backup.yaml:6:1: `repositories` is given twice in the same mapping',
    'backup.yaml:6:15: the tag `!include` is not supported',
    'backup.yaml:6:24: repositories: expected a non-empty list, found a string',
  ]);
});

test.each([
  'encryption_passphrase: "hun"ter2"',
  "encryption_passphrase: 'hun'ter2'",
  'encryption_passphrase: hun: ter2',
  'encryption_passphrase: hun\nter2',
  'encryption_passphrase: "hun\\ter2\\q"',
  'encryption_passphrase: |hunter2',
  'encryption_passphrase: >ter2',
  'encryption_passphrase: *hunter2',
  'encryption_passphrase: &hunter2',
  'encryption_passphrase: !hunter2',
  'encryption_passphrase: !!hunter2',
  'encryption_passphrase: @hunter2',
  'encryption_passphrase: `hunter2',
  'encryption_passphrase: %hunter2',
  '%hunter2',
  'encryption_passphrase: [hunter2',
  'encryption_passphrase: hunter2]\n]',
  'encryption_passphrase: {hunter2}',
  'encryption_passphrase:hunter2',
  'encryption_passphrase: [hunter2]',
  'encryption_passphrase: {a: hunter2}',
  'encryption_pasphrase: hunter2',
  'fake_databases: [{name: a, password:hunter2}]',
  'fake_databases: [{name: a, password: hun,ter2}]',
  'fake_databases: [{name: a, password: {hunter2: 1}}]',
  'fake_databases: [{name: a, password: [hunter2]}]',
  'fake_databases: [{name: a, passwort: hunter2}]',
  'fake_databases: [password=hunter2]',
  'fake_databases: hunter2',
  'storage: hunter2',
])('a secret is in no part of the error for %j', async (text) => {
  const error = await loadError(`${start}${text}\n`);
  const whole = [error.message, error.hint, error.stack, JSON.stringify(error), String(error.cause)].join('\n');
  expect(error.code).toBe('CONFIG_INVALID');
  expect(whole).not.toContain('ter2');
});
