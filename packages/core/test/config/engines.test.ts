import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { Type } from 'typebox';
import type { RepositoryProvider } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { secretsOf } from '../../src/config/secrets.ts';
import { defineEngine } from '../../src/define-engine.ts';
import type { BackupError } from '../../src/errors.ts';

const vault = defineEngine({
  engine: 'vault',
  entry: Type.Object({
    token: Type.String({ writeOnly: true }),
    retries: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  settings: ['lock_wait'],
  claims: (path) => path.startsWith('vault:'),
  problems: ({ retries = 0 }, { lock_wait = 0 }) => (retries > lock_wait ? ['more `retries` than `lock_wait`'] : []),
  open: () => {
    throw new Error('not here');
  },
});

const parse = (repository: unknown, more: object = {}, repositories: readonly RepositoryProvider[] = [vault]) =>
  parseConfig({ repositories: [repository], ...more }, { hooks: [], repositories });

function problems(...args: Parameters<typeof parse>): string {
  try {
    parse(...args);
  } catch (error) {
    expect((error as BackupError).code).toBe('CONFIG_INVALID');
    return (error as BackupError).message;
  }
  throw new Error('the configuration was accepted');
}

test('an engine that is not known is refused, and those that are known are named', () => {
  expect(problems({ path: '/a', engine: 'restik' })).toBe(
    '(configuration): repositories[0].engine: expected one of `borg`, `directory`, `vault`, found the string `restik`',
  );
  expect(problems({ path: '/a', engine: 'directry' })).toContain('did you mean `directory`?');
});

test('each engine has keys of its own, which are checked, and no other', () => {
  expect(parse({ path: 'x', engine: 'vault', token: 't' }).repositories).toEqual([
    { path: 'x', engine: 'vault', token: 't' },
  ]);
  expect(problems({ path: 'x', engine: 'vault' })).toContain('repositories[0].token: is required');
  expect(problems({ path: 'x', engine: 'vault', token: 't', retries: -1 })).toContain(
    'repositories[0].retries: expected',
  );
  expect(problems({ path: 'x', engine: 'directory', token: 't' })).toContain('repositories[0].token: unknown key');
  expect(problems({ path: 'x', token: 't' })).toContain('repositories[0].token: unknown key');
  expect(problems({ path: 'x', engine: 'vault', token: 't', retries: 2 })).toBe(
    '(configuration): repositories[0]: more `retries` than `lock_wait`',
  );
});

test('a secret of an engine is shown nowhere, and counted among the secrets', () => {
  const config = parse({ path: 'x', engine: 'vault', token: 's3cret' });
  for (const shown of [JSON.stringify(config), inspect(config, { depth: 9 }), inspect(config.repositories[0])]) {
    expect(shown).not.toContain('s3cret');
  }
  expect(secretsOf(config)).toContain('s3cret');
});

test('what was passed is a list of engines, each with a name that no other has', () => {
  const refused = (repositories: unknown) => problems('/a', {}, repositories as readonly RepositoryProvider[]);
  expect(refused('vault')).toBe('`repositories` must be a list of engines');
  expect(refused([() => vault])).toContain('repositories[0]: expected an engine, found a function');
  expect(refused([{ engine: 'x' }])).toContain('repositories[0]: expected an engine: an object with');
  expect(refused([{ ...vault, engine: 'borg' }])).toBe('repositories[0]: another engine is named `borg`, too');
  expect(refused([vault, vault])).toBe('repositories[1]: another engine is named `vault`, too');
});

test('settings that no engine in use heeds are ignored with a warning', () => {
  const settings = { lock_wait: 1, ssh_command: 'ssh', compression: 'gzip' };
  const ignored = (repository: unknown) =>
    parse(repository, settings).warnings.map((warning) => /(\w+) is ignored/.exec(warning)?.[1]);
  expect(ignored('/a')).toEqual([]);
  expect(ignored({ path: '/a', engine: 'directory' })).toEqual(['lock_wait', 'ssh_command']);
  expect(ignored({ path: '/a', engine: 'vault', token: 't' })).toEqual(['compression', 'ssh_command']);
  expect(ignored('vault:a')).toEqual(['compression', 'ssh_command']);
});

test('with a passphrase a directory has to say that it is meant to be unencrypted', () => {
  const both = (entry: object) => ({
    repositories: ['/borg', { path: '/plain', engine: 'directory', ...entry }],
    encryption_passphrase: 'secret',
  });
  const refused = problems('/x', both({}));
  expect(refused).toContain(
    'repositories[1]: the directory engine does not encrypt, and `encryption_passphrase` is given',
  );
  expect(refused).toContain('unencrypted: true');
  expect(parseConfig(both({ unencrypted: true }), { hooks: [] }).repositories).toHaveLength(2);
  const command = { encryption_passcommand: 'pass' };
  expect(problems({ path: '/plain', engine: 'directory' }, command)).toContain('`encryption_passcommand` is given');
});

test('a directory compresses with what it has, and can have a compression of its own', () => {
  const directory = (compression?: string, all?: string) =>
    parse({ path: '/a', engine: 'directory', ...(compression && { compression }) }, all ? { compression: all } : {});
  const refused = (...args: Parameters<typeof directory>) => {
    try {
      directory(...args);
    } catch (error) {
      return (error as BackupError).message;
    }
    throw new Error(`${args} was accepted`);
  };
  for (const word of ['none', 'gzip', 'gzip,0', 'gzip,9', 'zlib,6']) {
    directory(word);
    directory(undefined, word);
  }
  for (const word of ['lz4', 'lzma,3', 'auto,zstd', 'none,1', 'gzip,', 'GZIP']) {
    expect(refused(word)).toContain('compresses with `none`, `gzip`, `gzip,LEVEL` or `zstd,LEVEL`');
  }
  expect(refused('gzip,10')).toContain('from 0 to 9');
  expect(refused(undefined, 'lz4')).toContain('this repository can have a `compression` of its own');
  directory('gzip,6', 'lz4');
});

test('a directory is on this machine, and knows some styles of patterns', () => {
  const entry = { path: '/a', engine: 'directory' };
  expect(problems({ ...entry, path: 'ssh://host/a' })).toContain('takes a path on this machine');
  parse(entry, { exclude_patterns: ['*.tmp', 'fm:*.o', 'pp:/proc', 'pf:/etc/shadow', 'a:b'] });
  expect(problems(entry, { exclude_patterns: ['re:x', 'ok', 'sh:**/y'] })).toContain('"re:x", "sh:**/y"');
});
