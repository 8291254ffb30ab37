import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Type } from 'typebox';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { secretsOf } from '../../src/config/secrets.ts';
import type { BackupError } from '../../src/errors.ts';
import { fakeHook } from './support.ts';

let directory: string;
const before = { ...process.env };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dumpstream-interpolate-'));
});

afterEach(async () => {
  process.env = { ...before };
  await rm(directory, { recursive: true });
});

/** Loads `backup.yaml` in the test's directory, of one repository and these lines. */
async function load(lines: string, hooks = [fakeHook()]): Promise<Config> {
  await writeFile(join(directory, 'backup.yaml'), `repositories: [a]\n${lines}\n`);
  return loadConfig(join(directory, 'backup.yaml'), { hooks });
}

/** The error that comes instead; the directory is shown as `DIR`. */
async function loadError(lines: string, hooks = [fakeHook()]): Promise<BackupError> {
  const error = (await load(lines, hooks).catch((thrown: unknown) => thrown)) as BackupError;
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  error.message = error.message.replaceAll(`${directory}/backup.yaml`, 'backup.yaml').replaceAll(directory, 'DIR');
  return error;
}

const problems = async (lines: string) => (await loadError(lines)).message.split('\n');

describe('the environment', () => {
  test('is put in for ${NAME}, anywhere in a value', async () => {
    process.env.PASS = 'pässword';
    process.env.HOST = 'db1';
    const { settings, databases } = await load(`encryption_passphrase: \${PASS}
borgmatic_source_directory: /run/\${HOST}/\${HOST}x
fake_databases:
  - {name: users, hostname: "\${HOST}.example.org", options: ["--a=\${HOST}"]}`);
    expect(settings).toEqual(
      expect.objectContaining({ encryption_passphrase: 'pässword', borgmatic_source_directory: '/run/db1/db1x' }),
    );
    expect({ ...databases[0]?.entry }).toEqual({
      name: 'users',
      hostname: 'db1.example.org',
      options: ['--a=db1'],
    });
  });

  test('has a default where a variable is not set, which an empty one is', async () => {
    process.env.EMPTY = '';
    delete process.env.UNSET;
    const { settings } = await load(`encryption_passphrase: \${UNSET:-a b}
archive_name_format: \${UNSET-x}\${UNSET:-}\${EMPTY:-y}`);
    expect(settings.encryption_passphrase).toBe('a b');
    expect(settings.archive_name_format).toBe('x');
  });

  test.each([
    ["'\\${PASS}'", '${PASS}'],
    ['\\${PASS}', '${PASS}'],
    ['"\\\\${PASS}"', '${PASS}'],
    ['a\\${b', 'a${b'],
    ['$PASS', '$PASS'],
    ['${PASS%x}', '${PASS%x}'],
  ])('is left out of %s', async (yaml, value) => {
    process.env.PASS = 'other';
    expect((await load(`encryption_passphrase: ${yaml}`)).settings.encryption_passphrase).toBe(value);
  });

  test('is not looked for in what was put in', async () => {
    process.env.PASS = '${HOME} \\${x} {credential file /etc/hostname}';
    const { settings } = await load('encryption_passphrase: ${PASS}');
    expect(settings.encryption_passphrase).toBe('${HOME} \\${x} {credential file /etc/hostname}');
  });

  test('is put into shell commands as into every value, unless a backslash leaves it to their shell', async () => {
    process.env.TARGET = 'there';
    const { settings } = await load('before_backup:\n  - for f in *; do cp "\\${f}" ${TARGET}/; done');
    expect(settings.before_backup).toEqual(['for f in *; do cp "${f}" there/; done']);
  });

  test('is in values and not in keys, and not in the file that is kept', async () => {
    process.env.KEY = 'compression';
    expect(await problems('${KEY}: lz4')).toEqual([expect.stringContaining('unknown key')]);
    process.env.PASS = 's3cret';
    expect((await load('encryption_passphrase: ${PASS}')).file?.text).toContain('${PASS}');
  });

  test('can lack a variable, which is an error that names key, place and variable', async () => {
    delete process.env.UNSET;
    delete process.env.UNSET2;
    const error = await loadError(`encryption_passphrase: "s3cret\${UNSET}"
fake_databases:
  - {name: users, port: "\${UNSET2}", prot: 1}`);
    expect(error.message.split('\n')).toEqual([
      'backup.yaml:2:24: encryption_passphrase: the environment variable UNSET is not set',
      'backup.yaml:4:25: fake_databases[0].port: the environment variable UNSET2 is not set',
      'backup.yaml:4:38: fake_databases[0].prot: unknown key `prot`; did you mean `port`?',
    ]);
    expect(error.hint).toContain('set UNSET, give a default as in ${UNSET:-default}, or write \\${UNSET}');
  });

  test('is put into what an alias repeats', async () => {
    process.env.HOST = 'db1';
    const { databases } = await load(`fake_databases:
  - &base {name: users, hostname: "\${HOST}"}
  - {<<: *base, name: orders}`);
    expect(databases.map(({ entry }) => entry.hostname)).toEqual(['db1', 'db1']);
  });

  test('stays out of a configuration that is an object', () => {
    process.env.PASS = 'other';
    const { settings } = parseConfig(
      { repositories: ['a'], encryption_passphrase: '\\${PASS} ${PASS}' },
      { hooks: [] },
    );
    expect(settings.encryption_passphrase).toBe('\\${PASS} ${PASS}');
  });
});

describe('what was put in is', () => {
  test.each(['${PORT}', '"${PORT}"', "'${UNSET:-5433}'", '5${DIGITS}'])('a number for port: %s', async (yaml) => {
    Object.assign(process.env, { PORT: ' 5433 ', DIGITS: '433' });
    const { databases } = await load(`fake_databases:\n  - name: users\n    port: ${yaml}`);
    expect(databases[0]?.entry.port).toBe(5433);
  });

  test('true or false, where a key takes that', async () => {
    process.env.YES = 'true';
    expect((await load('store_config_files: ${YES}')).settings.store_config_files).toBe(true);
    expect((await load('bootstrap: {store_config_files: "${NO:-False}"}')).settings.store_config_files).toBe(false);
  });

  test('a number in one of several forms of a value, and elsewhere text', async () => {
    process.env.N = '7';
    const entry = Type.Object({
      name: Type.String(),
      jobs: Type.Union([Type.Integer(), Type.Object({ most: Type.Integer() })]),
      level: Type.Union([Type.Integer(), Type.String()]),
      sizes: Type.Array(Type.Number()),
      mode: Type.Union([Type.Literal('7'), Type.Literal(7)]),
    });
    const { databases } = await load(
      'fake_databases: [{name: "${N}", jobs: {most: "${N}"}, level: "${N}", sizes: ["${N}", "-${N}.5e1"], mode: "${N}"}]',
      [fakeHook({ entry })],
    );
    expect({ ...databases[0]?.entry }).toEqual({
      name: '7',
      jobs: { most: 7 },
      level: '7',
      sizes: [7, -75],
      mode: '7',
    });
  });

  test.each(['0123456', 'true', 'null', '~', '1e5', ' x '])('the text %j for a passphrase', async (pass) => {
    process.env.PASS = pass;
    expect((await load('encryption_passphrase: ${PASS}')).settings.encryption_passphrase).toBe(pass);
  });

  test.each(['s3cret', '70000', '0x10', '5.5', 'true', '', '[1]'])('in no error, as %j for a port', async (port) => {
    process.env.PORT = port;
    const [problem] = await problems('fake_databases: [{name: users, port: "${PORT}"}]');
    expect(problem).toMatch(
      /^backup\.yaml:2:38: fake_databases\[0\]\.port: expected a whole number from 1 to 65535, found (a|an empty) (string|number|boolean)$/,
    );
  });

  test('in no error about what it is part of', async () => {
    process.env.HOST = 's3cret';
    expect(
      await problems('fake_databases: [{name: users, hostname: "${HOST}"}, {name: users, hostname: "${HOST}"}]'),
    ).toEqual([
      'backup.yaml:2:54: fake_databases[1]: has the same name and place as `fake_databases[0]` (line 2); give one of them a `label`, or leave it out',
    ]);
    expect(await problems('fake_databases: [{name: users, format: "${HOST}"}]')).toEqual([
      expect.stringMatching(/expected one of `custom`, `plain`, `tar`, found a string$/),
    ]);
  });
});

describe('a credential', () => {
  test('is the content of a file, from the directory of the configuration or from the root', async () => {
    await mkdir(join(directory, 'secrets dir'));
    await writeFile(join(directory, 'secrets dir', 'a'), 'one s3cret\r\n\n');
    await writeFile(join(directory, 'b'), '  two ${HOME}');
    process.env.WHERE = directory;
    const { settings, databases } = await load(`encryption_passphrase: '{credential file "secrets dir/a"}'
fake_databases:
  - {name: x, password: "{credential file ${directory}/b}"}
  - {name: y, password: "{credential file \${WHERE}/b}!"}`);
    expect(settings.encryption_passphrase).toBe('one s3cret');
    expect(databases.map(({ entry }) => entry.password)).toEqual(['  two ${HOME}', '  two ${HOME}!']);
  });

  test('is one that systemd has passed', async () => {
    process.env.CREDENTIALS_DIRECTORY = directory;
    await writeFile(join(directory, 'db.password'), 's3cret\n');
    const { databases } = await load('fake_databases: [{name: x, password: "{credential systemd db.password}"}]');
    expect(databases[0]?.entry.password).toBe('s3cret');
  });

  test.each([
    ['file nowhere', 'the file DIR/nowhere of a credential cannot be read: ENOENT'],
    ['file /', 'the file / of a credential cannot be read: EISDIR'],
    ['file empty', 'the file DIR/empty of a credential is empty'],
    ['file binary', 'the file DIR/binary of a credential is not a text in UTF-8'],
    ['file', 'a reference to a credential is incomplete'],
    ['', 'a reference to a credential is incomplete'],
    ['systemd nowhere', 'the file DIR/nowhere of a credential cannot be read: ENOENT'],
    ['systemd ../x', '"../x" cannot be a systemd credential'],
    ['systemd ..', '".." cannot be a systemd credential'],
    ['systemd a b', '"a b" cannot be a systemd credential'],
    ['keepassxc /k.kdbx x', '{credential keepassxc …} is not supported'],
    ['file ${UNSET}/x', 'the environment variable UNSET is not set'],
  ])('that is not there is an error: %s', async (reference, message) => {
    process.env.CREDENTIALS_DIRECTORY = directory;
    delete process.env.UNSET;
    await writeFile(join(directory, 'empty'), '\n');
    await writeFile(join(directory, 'binary'), Uint8Array.of(0xff, 0xfe));
    expect(await problems(`encryption_passphrase: "{credential ${reference}}"`)).toEqual([
      `backup.yaml:2:24: encryption_passphrase: ${message}`,
    ]);
  });

  test('of systemd needs its directory', async () => {
    delete process.env.CREDENTIALS_DIRECTORY;
    const error = await loadError('encryption_passphrase: "{credential systemd x}"');
    expect(error.message).toMatch(
      /the systemd credential x is looked for in \$CREDENTIALS_DIRECTORY, which is not set$/,
    );
    expect(error.hint).toContain('LoadCredential=x');
  });

  test('without quotes is no mapping, and the error asks for them', async () => {
    expect(await problems('encryption_passphrase: {credential file x}')).toEqual([
      'backup.yaml:2:25: put quotes around a value with {credential …}',
    ]);
  });

  test('counts as a secret in whatever key it stands', async () => {
    const value = `s3cret-${randomUUID()}`;
    await writeFile(join(directory, 'user'), value);
    const config = await load(`before_backup: ["curl -u {credential file user}: x"]
fake_databases: [{name: x, username: "{credential file user}"}]`);
    expect(config.databases[0]?.entry.username).toBe(value);
    expect(secretsOf(config)).toEqual([value]);
    expect(JSON.stringify([config, config.settings, config.databases])).not.toContain(value);
    expect(JSON.parse(JSON.stringify(config.databases[0]?.entry))).toEqual({ name: 'x', username: '[redacted]' });
  });
});

test('what is ignored is left alone: it may lack variables and hold other references', async () => {
  delete process.env.UNSET;
  const config = await load(`ntfy: {topic: "\${UNSET}", password: "{credential keepassxc a b}"}
compact_threshold: \${UNSET}`);
  expect(config.warnings).toHaveLength(2);
});
