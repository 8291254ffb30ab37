import { describe, expect, test } from '@jest/globals';
import { type TObject, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { fileSchema } from '../../src/config/file-schema.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { fakeHook, parseError } from './support.ts';

describe('the schema of a whole file', () => {
  test('is plain JSON Schema that takes both forms, and no other keys', () => {
    const schema = JSON.parse(JSON.stringify(fileSchema([fakeHook()]))) as TSchema;
    const databases = [{ name: 'x', port: 1, label: 'l' }];
    expect(Value.Check(schema, { repositories: ['a'], fake_databases: databases })).toBe(true);
    expect(
      Value.Check(schema, { location: { repositories: [{ path: 'a' }] }, hooks: { fake_databases: databases } }),
    ).toBe(true);
    expect(Value.Check(schema, { location: null, storage: null, hooks: { fake_databases: null } })).toBe(true);
    expect(Value.Check(schema, { fake_databases: [{ name: 'x', colour: 'blue' }] })).toBe(false);
    expect(Value.Check(schema, { fake_databases: [{ port: 1 }] })).toBe(false);
    expect(Value.Check(schema, { storage: { repositories: ['a'] } })).toBe(false);
    expect(Value.Check(schema, { other: 1 })).toBe(false);
  });

  test('marks its secrets', () => {
    expect(JSON.stringify(fileSchema([]))).toContain('"encryption_passphrase":{"type":"string","writeOnly":true');
  });

  test('leaves the hooks as they are', () => {
    const hook = fakeHook();
    const before = JSON.stringify(hook.entry);
    fileSchema([hook]);
    expect(JSON.stringify(hook.entry)).toBe(before);
  });
});

describe('what core adds to the entry of a hook', () => {
  const parse = (entry: TObject, value: unknown) => {
    const config = { repositories: ['a'], fake_databases: [value] };
    return parseConfig(config, { hooks: [fakeHook({ entry })] }).databases[0]?.entry;
  };
  const problems = (entry: TObject, value: unknown) =>
    parseError({ repositories: ['a'], fake_databases: [value] }, [fakeHook({ entry })]).message.split('\n');

  test('is a label', () => {
    expect(parse(Type.Object({ name: Type.String() }), { name: 'x', label: 'main' })).toEqual({
      name: 'x',
      label: 'main',
    });
    expect(problems(Type.Object({ name: Type.String() }), { name: 'x', label: '' })).toEqual([
      '(configuration): fake_databases[0].label: expected a non-empty string, found an empty string',
    ]);
  });

  test('is a name, and that it is required', () => {
    expect(parse(Type.Object({}), { name: 'x' })).toEqual({ name: 'x' });
    expect(problems(Type.Object({ name: Type.Optional(Type.String()) }), {})).toEqual([
      '(configuration): fake_databases[0].name: is required: a string',
    ]);
  });

  test('is a restore_ key for each that says where a database is and who connects, of the same schema', () => {
    const connection = Type.Object({
      name: Type.String(),
      hostname: Type.String(),
      port: Type.Optional(Type.Integer({ maximum: 9 })),
      password: Type.Optional(Type.String({ writeOnly: true })),
      socket_path: Type.Optional(Type.String()),
      format: Type.Optional(Type.String()),
    });
    const redirected = {
      name: 'x',
      hostname: 'a',
      restore_hostname: 'b',
      restore_port: 9,
      restore_password: 'c',
      restore_socket_path: '/run/db',
    };
    expect(parse(connection, redirected)).toEqual(redirected);
    const wrong = {
      ...redirected,
      restore_port: 10,
      restore_password: 1234,
      restore_username: 'u',
      restore_format: 'tar',
    };
    expect(problems(connection, wrong)).toEqual([
      '(configuration): fake_databases[0].restore_port: expected a whole number, at most 9, found the number `10`',
      '(configuration): fake_databases[0].restore_password: expected a string, found a number; put it in quotes',
      expect.stringContaining('restore_username: unknown key `restore_username`'),
      expect.stringContaining('restore_format: unknown key `restore_format`'),
    ]);
  });

  test('is that no other keys are taken, whatever the hook says', () => {
    expect(problems(Type.Object({ name: Type.String() }, { additionalProperties: true }), { name: 'x', y: 1 })).toEqual(
      ['(configuration): fake_databases[0].y: unknown key `y`; known here: `name`, `label`'],
    );
  });

  test('leaves rules between keys in force', () => {
    const entry = Type.Object(
      { name: Type.String(), cert: Type.Optional(Type.String()), key: Type.Optional(Type.String()) },
      { dependentRequired: { cert: ['key'] } },
    );
    expect(parse(entry, { name: 'x', cert: 'c', key: 'k' })).toEqual({ name: 'x', cert: 'c', key: 'k' });
    expect(problems(entry, { name: 'x', cert: 'c' })).toEqual([
      '(configuration): fake_databases[0]: must have properties key when property cert is present',
    ]);
  });

  test('leaves rules written as functions in force', () => {
    const entry = Type.Refine(
      Type.Object({ name: Type.String() }),
      (value) => value.name !== 'forbidden',
      () => 'must have another name',
    );
    expect(problems(entry, { name: 'forbidden' })).toEqual([
      '(configuration): fake_databases[0]: must have another name',
    ]);
  });
});
