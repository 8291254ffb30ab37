import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { parseConfig } from '../../src/config/parse-config.ts';
import { entrySecrets, secretsOf } from '../../src/config/secrets.ts';
import { fakeHook, load } from './support.ts';

const text = `repositories: [a]
encryption_passphrase: passphrase-s3cret
fake_databases:
  - {name: users, username: alice, password: users-s3cret}
  - {name: orders, password: orders-s3cret}
  - {name: posts}
`;

test('no part of a configuration shows a secret as JSON or on the console', async () => {
  const config = await load(text);
  const parts = [
    config,
    config.settings,
    config.databases,
    config.file,
    ...config.databases,
    config.databases[0]?.entry,
  ];
  for (const part of parts) {
    expect(JSON.stringify(part)).not.toContain('s3cret');
    expect(inspect(part, { depth: 9, showHidden: true })).not.toContain('s3cret');
    expect(`${part}`).not.toContain('s3cret');
  }
  expect(JSON.parse(JSON.stringify(config))).toEqual({
    repositories: [{ path: 'a' }],
    settings: { encryption_passphrase: '[redacted]' },
    databases: [
      { hook: 'fake_databases', entry: { name: 'users', username: 'alice', password: '[redacted]' } },
      { hook: 'fake_databases', entry: { name: 'orders', password: '[redacted]' } },
      { hook: 'fake_databases', entry: { name: 'posts' } },
    ],
    hooks: ['fake_databases'],
    warnings: [],
    file: { path: expect.stringMatching(/backup\.yaml$/) },
  });
});

test('the values are there for those who use them', async () => {
  const config = await load(text);
  expect(config.settings.encryption_passphrase).toBe('passphrase-s3cret');
  expect(config.databases[0]?.entry.password).toBe('users-s3cret');
  expect({ ...config.databases[0]?.entry }).toEqual({ name: 'users', username: 'alice', password: 'users-s3cret' });
});

test('all secrets of a configuration can be had, each once', async () => {
  expect(secretsOf(await load(text))).toEqual(['passphrase-s3cret', 'users-s3cret', 'orders-s3cret']);
  const twice = { repositories: ['a'], encryption_passphrase: 'x', fake_databases: [{ name: 'a', password: 'x' }] };
  expect(secretsOf(parseConfig(twice, { hooks: [fakeHook()] }))).toEqual(['x']);
});

test('an empty secret is none: to look for it would find it everywhere', () => {
  const value = { repositories: ['a'], encryption_passphrase: '', fake_databases: [{ name: 'a', password: '' }] };
  expect(secretsOf(parseConfig(value, { hooks: [fakeHook()] }))).toEqual([]);
});

test('secrets are found at any depth of an entry', () => {
  const hook = fakeHook({
    entry: Type.Object({
      name: Type.String(),
      tls: Type.Union([Type.Boolean(), Type.Object({ key: Type.String({ writeOnly: true }), cert: Type.String() })]),
      tokens: Type.Array(Type.String({ writeOnly: true })),
      nodes: Type.Array(Type.Object({ pin: Type.Integer({ writeOnly: true }) })),
      keys: Type.Object({ one: Type.String(), more: Type.Array(Type.String()) }, { writeOnly: true }),
    }),
  });
  const entry = {
    name: 'x',
    tls: { key: 's1', cert: 'public' },
    tokens: ['s2', 's3'],
    nodes: [{ pin: 4444 }],
    keys: { one: 's5', more: ['s6'] },
  };
  expect(entrySecrets(hook, entry)).toEqual(['s1', 's2', 's3', '4444', 's5', 's6']);
  const config = parseConfig({ repositories: ['a'], fake_databases: [entry] }, { hooks: [hook] });
  expect(JSON.parse(JSON.stringify(config.databases[0]?.entry))).toEqual({
    name: 'x',
    tls: { key: '[redacted]', cert: 'public' },
    tokens: ['[redacted]', '[redacted]'],
    nodes: [{ pin: '[redacted]' }],
    keys: '[redacted]',
  });
});

test('the password of a restore is as secret as the other', async () => {
  const config = await load('repositories: [a]\nfake_databases: [{name: users, restore_password: s3cret}]\n');
  expect(config.databases[0]?.entry.restore_password).toBe('s3cret');
  expect(secretsOf(config)).toEqual(['s3cret']);
  expect(JSON.stringify(config)).not.toContain('s3cret');
});
