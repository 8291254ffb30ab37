import type { TSchema } from 'typebox';
import { isMapping } from './plain-copy.ts';
import { choices, itemSchema, view } from './schema-view.ts';

/** What a schema takes, for the end of "expected …". */
export function expected(schema: TSchema): string {
  const listed = choices(schema);
  if (listed !== undefined)
    return listed.length === 1 ? literal(listed[0]) : `one of ${listed.map(literal).join(', ')}`;
  const { type, anyOf } = view(schema);
  if (anyOf !== undefined) return [...new Set(anyOf.filter((branch) => !isNull(branch)).map(expected))].join(' or ');
  if (Array.isArray(type)) return [...new Set(type.map((each) => expected({ ...schema, type: each })))].join(' or ');
  return typeof type === 'string' ? (words[type]?.(schema) ?? type) : 'something else';
}

const words: Readonly<Record<string, (schema: TSchema) => string>> = {
  string: (schema) => (view(schema).minLength === 1 ? 'a non-empty string' : 'a string'),
  integer: (schema) => `a whole number${range(schema)}`,
  number: (schema) => `a number${range(schema)}`,
  boolean: () => 'true or false',
  null: () => 'nothing',
  object: () => 'a mapping',
  array: (schema) => (view(schema).minItems === 1 ? 'a non-empty list' : `a list${ofItems(schema)}`),
};

/**
 * What was given instead, for the end of "found …". The value itself is shown only where it is a single one, meant for a
 * key that takes single values and is no secret: elsewhere it can be one that was put in the wrong place.
 */
export function found(value: unknown, schema: TSchema, secret: boolean): string {
  if (value === null || value === undefined) return 'nothing';
  if (value === '') return 'an empty string';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (isMapping(value)) return 'a mapping';
  const shown = kinds.has(typeof value) && takesSingleValues(schema) && !secret;
  return shown ? `the ${typeof value} ${literal(value)}` : `a ${typeof value}`;
}

const kinds = new Set(['string', 'number', 'boolean']);

function takesSingleValues(schema: TSchema): boolean {
  const { type, anyOf } = view(schema);
  if (choices(schema) !== undefined) return true;
  if (anyOf !== undefined) return anyOf.every((branch) => takesSingleValues(branch) || isNull(branch));
  return type !== undefined && [type].flat().every((each) => each !== 'object' && each !== 'array');
}

function isNull(schema: TSchema): boolean {
  return view(schema).type === 'null';
}

function literal(value: unknown): string {
  if (typeof value !== 'string') return `\`${String(value)}\``;
  const text = value.length > 60 ? `${value.slice(0, 60)}…` : value;
  return /^[\w.-]+$/.test(text) ? `\`${text}\`` : JSON.stringify(text);
}

function range(schema: TSchema): string {
  const { minimum, maximum } = view(schema);
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `, at least ${minimum}`;
  return maximum === undefined ? '' : `, at most ${maximum}`;
}

function ofItems(schema: TSchema): string {
  const items = itemSchema(schema);
  const type = items === undefined ? undefined : view(items).type;
  if (type === 'string') return ' of strings';
  return type === 'object' ? ' of mappings' : '';
}
