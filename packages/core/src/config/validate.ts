import { type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { KeyPath } from './key-path.ts';
import { isMapping, type Mapping, own } from './plain-copy.ts';
import type { Problem } from './problem.ts';
import { choices, isListSchema, isMappingSchema, isSecret, itemSchema, view, without } from './schema-view.ts';
import { unfit } from './unfit.ts';
import { expected } from './words.ts';

/** Says what is wrong with a key that its mapping does not know; undefined: nothing. */
export type UnknownKey = (path: KeyPath, known: readonly string[], value: unknown) => Problem | undefined;

/**
 * Every problem that a value has by its schema. Mappings and lists are walked here, so that each problem has its own path
 * and words and none is hidden by another (typebox stops after eight); typebox judges each single value.
 * @param hidden whether the value at a path is not to be shown, even if it is no secret by its schema
 */
export function validate(
  schema: TSchema,
  value: unknown,
  unknown: UnknownKey,
  hidden: (path: KeyPath) => boolean = () => false,
): Problem[] {
  return [...check(schema, value, { path: [], secret: false, unknown, hidden })];
}

interface Context {
  readonly path: KeyPath;
  /** Whether this value, or one that it is part of, is a secret. */
  readonly secret: boolean;
  readonly unknown: UnknownKey;
  readonly hidden: (path: KeyPath) => boolean;
}

function* check(schema: TSchema, value: unknown, outer: Context): Generator<Problem> {
  const context = { ...outer, secret: outer.secret || isSecret(schema) || outer.hidden(outer.path) };
  if (view(schema).anyOf !== undefined) yield* checkUnion(schema, value, context);
  else if (isMappingSchema(schema) && isMapping(value)) yield* checkMapping(schema, value, context);
  else if (isListSchema(schema) && Array.isArray(value)) yield* checkList(schema, value, context);
  else yield* unfit(schema, value, context);
}

/** Where the value can only be meant for one branch, by its kind or by a key that names one, that branch's own problems say most. */
function* checkUnion(schema: TSchema, value: unknown, context: Context): Generator<Problem> {
  if (Value.Check(schema, value)) return;
  const meant = (view(schema).anyOf ?? []).filter(
    (branch) => (isMapping(value) && isMappingSchema(branch)) || (Array.isArray(value) && isListSchema(branch)),
  );
  const key = meant.length > 1 && isMapping(value) ? namingKey(meant) : undefined;
  const named = key === undefined ? meant : meant.filter((branch) => isNamed(branch, key, value as Mapping));
  const [only] = named;
  if (only !== undefined && named.length === 1) yield* check(only, value, context);
  else if (key !== undefined) yield* checkName(key, meant, value as Mapping, context);
  else yield* unfit(schema, value, context);
}

/** The key that has one value in each of the branches, by which they are told apart. */
function namingKey(branches: readonly TSchema[]): string | undefined {
  const keys = Object.keys(view(branches[0] ?? {}).properties ?? {});
  return keys.find((key) => branches.every((branch) => nameOf(branch, key) !== undefined));
}

function nameOf(branch: TSchema, key: string): readonly unknown[] | undefined {
  const property = view(branch).properties?.[key];
  const names = property === undefined ? undefined : choices(property);
  return names?.length === 1 ? names : undefined;
}

function isNamed(branch: TSchema, key: string, value: Mapping): boolean {
  const given = own(value, key);
  return given === undefined ? view(branch).required?.includes(key) !== true : nameOf(branch, key)?.[0] === given;
}

function* checkName(key: string, branches: readonly TSchema[], value: Mapping, context: Context): Generator<Problem> {
  const names = Type.Union(branches.flatMap((branch) => view(branch).properties?.[key] ?? []));
  yield* check(names, own(value, key), { ...context, path: [...context.path, key] });
}

function* checkMapping(schema: TSchema, value: Mapping, context: Context): Generator<Problem> {
  const { properties = {}, required = [], additionalProperties: others } = view(schema);
  for (const [key, item] of Object.entries(value)) {
    const path = [...context.path, key];
    const property = Object.hasOwn(properties, key) ? properties[key] : others;
    if (property === false) yield* given(context.unknown(path, Object.keys(properties), item));
    else if (typeof property === 'object') yield* check(property, item, { ...context, path });
  }
  for (const key of required.filter((each) => own(value, each) === undefined)) {
    const wanted = properties[key];
    yield { path: [...context.path, key], what: `is required${wanted === undefined ? '' : `: ${expected(wanted)}`}` };
  }
  yield* unfit(without(schema, ['properties', 'required', 'additionalProperties']), value, context);
}

function* checkList(schema: TSchema, value: readonly unknown[], context: Context): Generator<Problem> {
  const items = itemSchema(schema);
  for (const [index, item] of value.entries()) {
    if (items !== undefined) yield* check(items, item, { ...context, path: [...context.path, index] });
  }
  yield* unfit(without(schema, ['items']), value, context);
}

function* given<T>(value: T | undefined): Generator<T> {
  if (value !== undefined) yield value;
}
