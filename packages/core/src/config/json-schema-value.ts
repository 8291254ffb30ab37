import type { TSchema } from 'typebox';
import { choices, isListSchema, isMappingSchema, itemSchema, view } from './schema-view.ts';

/** JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The name under which the whole schema defines references; no key is called so. */
export const fromOutside = 'from-outside';

/** Keywords that tell of a value rather than judge it: they belong to the value, not to one of its branches. */
const annotations = new Set(['title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly']);

/**
 * A schema for the text of a file. There every number, switch and choice may as well be a reference to the environment or
 * to a credential, which is read before the value is judged.
 * @param besides what may stand in its mappings besides their own keys
 */
export function jsonSchemaOf(schema: TSchema, besides: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  const own = plain(schema);
  const branches = branchesOf(schema, besides);
  const all =
    branches.some(isPicky) && !branches.some(takesAnyText)
      ? [...branches, { $ref: `#/definitions/${fromOutside}` }]
      : branches;
  return { ...pick(own, (keyword) => annotations.has(keyword)), ...(all.length === 1 ? all[0] : { anyOf: all }) };
}

function branchesOf(schema: TSchema, besides: Readonly<Record<string, JsonSchema>>): JsonSchema[] {
  const { anyOf, properties = {} } = view(schema);
  const rules = pick(plain(schema), (keyword) => !annotations.has(keyword));
  const listed = choices(schema);
  const item = itemSchema(schema);
  if (listed !== undefined) return [{ enum: listed }];
  if (anyOf !== undefined) return anyOf.flatMap((branch) => withItsWords(branch, branchesOf(branch, besides)));
  if (isListSchema(schema) && item !== undefined) return [{ ...rules, items: jsonSchemaOf(item, besides) }];
  if (!isMappingSchema(schema)) return [rules];
  const keys = Object.entries(properties).map(([key, inner]) => [key, jsonSchemaOf(inner, besides)] as const);
  return [{ ...rules, properties: { ...besides, ...Object.fromEntries(keys) } }];
}

/** What is said of one branch stays with it. */
function withItsWords(schema: TSchema, branches: JsonSchema[]): JsonSchema[] {
  const { description } = view(schema);
  const [branch, ...others] = branches;
  return description === undefined || branch === undefined || others.length > 0
    ? branches
    : [{ description, ...branch }];
}

/** Of single values: whether a text with a reference in it would not do. */
function isPicky(schema: JsonSchema): boolean {
  const single = ['string', 'number', 'integer', 'boolean'].includes(schema.type as string) || 'enum' in schema;
  return single && !takesAnyText(schema);
}

function takesAnyText({ type, ...rest }: JsonSchema): boolean {
  return type === 'string' && Object.keys(rest).every((keyword) => keyword === 'minLength' || annotations.has(keyword));
}

/** Without what typebox keeps beside the keywords. */
function plain(schema: TSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema));
}

function pick(schema: JsonSchema, isWanted: (keyword: string) => boolean): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => isWanted(keyword)));
}
