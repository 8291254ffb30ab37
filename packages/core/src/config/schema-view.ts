import type { TSchema } from 'typebox';

/** The keywords of JSON Schema that the walk over a configuration looks at itself; typebox judges all others. */
export interface SchemaView {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly TSchema[];
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly patternProperties?: Readonly<Record<string, TSchema>>;
  readonly additionalProperties?: boolean | TSchema;
  readonly required?: readonly string[];
  readonly items?: TSchema | readonly TSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly writeOnly?: boolean;
  readonly description?: string;
}

export function view(schema: TSchema): SchemaView {
  return schema;
}

/** True where the schema, or a branch of it, marks a secret. */
export function isSecret(schema: TSchema): boolean {
  const { writeOnly, anyOf } = view(schema);
  return writeOnly === true || (anyOf ?? []).some(isSecret);
}

/** The same schema with some keywords left out; typebox keeps some of its own out of a spread's sight. */
export function without(schema: TSchema, keywords: readonly (keyof SchemaView)[]): TSchema {
  const kept = Object.entries(Object.getOwnPropertyDescriptors(schema)).filter(
    ([keyword]) => !(keywords as readonly string[]).includes(keyword),
  );
  return Object.defineProperties({}, Object.fromEntries(kept));
}

/** The values that a schema lists one by one; undefined where it does not. */
export function choices(schema: TSchema): readonly unknown[] | undefined {
  const { anyOf, enum: listed } = view(schema);
  if ('const' in schema) return [view(schema).const];
  if (listed !== undefined) return listed;
  const branches = anyOf?.map(choices);
  return branches?.every((branch) => branch !== undefined) ? branches.flat() : undefined;
}

/** The schema of every item of a list, where all items have the same. */
export function itemSchema(schema: TSchema): TSchema | undefined {
  const { items } = view(schema);
  return items === undefined || Array.isArray(items) ? undefined : (items as TSchema);
}

/** True where a schema is of mappings with named keys, or of lists with items of one kind, and can be walked into. */
export function isMappingSchema(schema: TSchema): boolean {
  const { type, properties, patternProperties } = view(schema);
  return type === 'object' && properties !== undefined && patternProperties === undefined;
}

export function isListSchema(schema: TSchema): boolean {
  return view(schema).type === 'array' && itemSchema(schema) !== undefined;
}
