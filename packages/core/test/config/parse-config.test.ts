import { expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { parseConfig } from '../../src/config/parse-config.ts';
import { fakeHook, parseError } from './support.ts';

test('names the key of a problem, and no file', () => {
  const error = parseError({ repositories: ['a'], hooks: { fake_databases: [{ name: 'users', prot: 1 }] } });
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toBe('(configuration): hooks.fake_databases[0].prot: unknown key `prot`; did you mean `port`?');
});

test('has no file', () => {
  expect(parseConfig({ repositories: ['a'] }, { hooks: [] })).not.toHaveProperty('file');
});

test.each([
  [undefined, 'nothing'],
  [null, 'nothing'],
  [[], 'an empty list'],
  ['backup.yaml', 'a string'],
  [() => ({}), 'a function'],
])('refuses %p as a configuration', (value, kind) => {
  expect(parseError(value).message).toBe(`(configuration): expected a mapping, found ${kind}`);
});

test('changes nothing of the object, and keeps nothing of it', () => {
  const value = { location: { repositories: [{ path: 'a' }] }, fake_databases: [{ name: 'x', options: ['-a'] }] };
  const before = structuredClone(value);
  const config = parseConfig(value, { hooks: [fakeHook()] });
  expect(value).toEqual(before);
  value.location.repositories[0] = { path: 'changed' };
  value.fake_databases[0]?.options.push('-b');
  expect(config.repositories).toEqual([{ path: 'a' }]);
  expect(config.databases[0]?.entry).toEqual({ name: 'x', options: ['-a'] });
});

test('takes a frozen object', () => {
  const value = Object.freeze({
    repositories: Object.freeze(['a']),
    fake_databases: Object.freeze([Object.freeze({ name: 'x' })]),
  });
  expect(parseConfig(value, { hooks: [fakeHook()] }).databases).toHaveLength(1);
});

test('gives a configuration that is frozen all the way down, without freezing the hooks', () => {
  const hook = fakeHook();
  const hooks = [hook];
  const config = parseConfig(
    { repositories: ['a', { path: 'b' }], compression: 'lz4', fake_databases: [{ name: 'x', options: ['-a'] }] },
    { hooks },
  );
  const parts = [
    config,
    config.repositories,
    ...config.repositories,
    config.settings,
    config.databases,
    ...config.databases,
    config.databases[0]?.entry,
    config.databases[0]?.entry.options,
    config.hooks,
  ];
  expect(parts.filter((part) => !Object.isFrozen(part))).toEqual([]);
  expect(Object.isFrozen(hook)).toBe(false);
  expect(Object.isFrozen(hooks)).toBe(false);
});

test('takes a property that is undefined as absent', () => {
  const config = parseConfig(
    { repositories: ['a'], compression: undefined, hooks: undefined, fake_databases: [{ name: 'x', port: undefined }] },
    { hooks: [fakeHook()] },
  );
  expect(Object.keys(config.settings)).toEqual([]);
  expect(Object.keys(config.databases[0]?.entry ?? {})).toEqual(['name']);
});

test('takes keys of the prototype for unknown ones', () => {
  const value: unknown = JSON.parse('{"repositories":["a"],"__proto__":{"compression":"lz4"},"constructor":1}');
  expect(parseError(value).message.split('\n')).toEqual([
    expect.stringContaining('__proto__: unknown key `__proto__`'),
    expect.stringContaining('constructor: unknown key `constructor`'),
  ]);
});

test('does not apply defaults of a schema, which would win over what an archive says', () => {
  const entry = Type.Object({ name: Type.String(), format: Type.Optional(Type.String({ default: 'custom' })) });
  const config = parseConfig(
    { repositories: ['a'], fake_databases: [{ name: 'x' }] },
    { hooks: [fakeHook({ entry })] },
  );
  expect(config.databases[0]?.entry).toEqual({ name: 'x' });
});

test('asks for quotes around a number, and does not show it where it is a secret', () => {
  expect(parseError({ repositories: ['a'], encryption_passphrase: 1234 }).message).toBe(
    '(configuration): encryption_passphrase: expected a string, found a number; put it in quotes',
  );
});

test.each([
  ['the configuration', new Date(), '(configuration)'],
  [
    'an entry',
    {
      repositories: ['a'],
      fake_databases: [
        new (class Entry {
          name = 'x';
        })(),
      ],
    },
    '(configuration): fake_databases[0]',
  ],
  ['a repository', { repositories: [new URL('file:///a')] }, '(configuration): repositories[0]'],
])('refuses an object of a class as %s', (_, value, place) => {
  expect(parseError(value).message).toBe(`${place}: is an object of a class; expected a plain one`);
});

test('takes mappings without a prototype', () => {
  const value: unknown = Object.assign(Object.create(null), { repositories: ['a'] });
  expect(parseConfig(value, { hooks: [] }).repositories).toEqual([{ path: 'a' }]);
});
