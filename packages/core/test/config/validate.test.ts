import { expect, test } from '@jest/globals';
import { type TSchema, Type } from 'typebox';
import { validate } from '../../src/config/validate.ts';

const secret = { writeOnly: true };

function problems(schema: TSchema, value: unknown): string[] {
  const unknown = (path: readonly (string | number)[]) => ({ path, what: 'unknown' });
  return validate(schema, value, unknown).map(({ path, what }) => [...path, what].join(': '));
}

test.each<[string, TSchema, unknown, string]>([
  ['a type', Type.Boolean(), 'yes', 'expected true or false, found the string `yes`'],
  ['a range', Type.Integer({ minimum: 1, maximum: 9 }), 0, 'expected a whole number from 1 to 9, found the number `0`'],
  ['a lower end', Type.Integer({ minimum: 1 }), 0.5, 'expected a whole number, at least 1, found the number `0.5`'],
  ['an upper end', Type.Number({ maximum: 2 }), 3, 'expected a number, at most 2, found the number `3`'],
  ['a number in quotes', Type.Integer(), '5', 'expected a whole number, found the string `5`'],
  ['a string without quotes', Type.String(), true, 'expected a string, found the boolean `true`; put it in quotes'],
  ['nothing', Type.String(), null, 'expected a string, found nothing'],
  ['a single choice', Type.Literal('on'), 'off', 'expected `on`, found the string `off`'],
  ['a list of choices', Type.Enum(['a b', 'cc']), 'cd', 'expected one of "a b", `cc`, found the string `cd`'],
  [
    'a mixture',
    Type.Union([Type.Literal('x'), Type.Boolean()]),
    7,
    'expected `x` or true or false, found the number `7`',
  ],
  [
    'two types',
    Type.Unsafe({ type: ['string', 'integer'] }),
    true,
    'expected a string or a whole number, found the boolean `true`; put it in quotes',
  ],
  ['a list', Type.Array(Type.String()), 'x', 'expected a list of strings, found a string'],
  [
    'a string or a list',
    Type.Union([Type.String(), Type.Array(Type.String())]),
    {},
    'expected a string or a list of strings, found a mapping',
  ],
  ['a rule without words', Type.String({ pattern: '^a' }), 'b', 'must match pattern "^a"'],
  ['a rule on a list', Type.Array(Type.String(), { maxItems: 1 }), ['a', 'b'], 'must not have more than 1 items'],
])('says of %s what was expected and found', (_, schema, value, message) => {
  expect(problems(schema, value)).toEqual([message]);
});

test.each<[string, TSchema, unknown, string]>([
  ['of a type', Type.String(secret), 1234, 'expected a string, found a number; put it in quotes'],
  [
    'of a few values',
    Type.Union([Type.Literal('aaa'), Type.Literal('bbb')], secret),
    'aab',
    'expected one of `aaa`, `bbb`, found a string',
  ],
  [
    'in one branch',
    Type.Union([Type.Integer(), Type.Boolean(secret)]),
    '1234',
    'expected a whole number or true or false, found a string',
  ],
  ['in a list', Type.Array(Type.String(), secret), [1234], '0: expected a string, found a number; put it in quotes'],
  [
    'in a mapping',
    Type.Object({ key: Type.String() }, secret),
    { key: 1234 },
    'key: expected a string, found a number; put it in quotes',
  ],
])('does not show a secret %s', (_, schema, value, message) => {
  expect(problems(schema, value)).toEqual([message]);
});

test('walks into nested mappings and lists', () => {
  const tls = Type.Object(
    { mode: Type.Enum(['on', 'off']), files: Type.Array(Type.String()) },
    { additionalProperties: false },
  );
  const schema = Type.Object({ tls: Type.Union([Type.Boolean(), tls]) });
  expect(problems(schema, { tls: { mode: 'om', files: ['a', 5], extra: 1 } })).toEqual([
    'tls: mode: expected one of `on`, `off`, found the string `om`',
    'tls: files: 1: expected a string, found the number `5`; put it in quotes',
    'tls: extra: unknown',
  ]);
  expect(problems(schema, { tls: true })).toEqual([]);
});

test('takes a mapping that any branch takes', () => {
  const closed = Type.Object({ a: Type.String() }, { additionalProperties: false });
  expect(problems(Type.Union([closed, Type.Record(Type.String(), Type.Integer())]), { b: 1 })).toEqual([]);
});

test('judges what stands in other keys by their own schema', () => {
  const schema = Type.Object({ a: Type.String() }, { additionalProperties: Type.Integer() });
  expect(problems(schema, { a: 'x', b: 1, c: 'y' })).toEqual(['c: expected a whole number, found the string `y`']);
});

test('leaves mappings with any keys, and lists with a schema for each place, to typebox', () => {
  expect(problems(Type.Record(Type.String(), Type.Integer()), { a: 1, b: 'x' })).toEqual(['b: must be integer']);
  expect(problems(Type.Tuple([Type.Integer(), Type.String()]), [1, 2])).toEqual(['1: must be string']);
});
