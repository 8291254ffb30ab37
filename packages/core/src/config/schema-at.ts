import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { KeyPath } from './key-path.ts';
import { choices, itemSchema, view } from './schema-view.ts';

/**
 * A text from outside as what its key takes: where that is no text, the number, true or false that it spells in YAML. What
 * fits in no way stays a text.
 */
export function fitting(schema: TSchema, path: KeyPath, text: string): unknown {
  const taken = schemasAt(schema, path);
  if (taken.some(takesText)) return text;
  const scalar = scalarOf(text.trim());
  return scalar !== undefined && taken.some((each) => Value.Check(each, scalar)) ? scalar : text;
}

/** Every schema, of the branches of a union too, that a value at the path can have. */
function schemasAt(schema: TSchema, path: KeyPath): TSchema[] {
  const { anyOf, properties = {} } = view(schema);
  if (anyOf !== undefined) return anyOf.flatMap((branch) => schemasAt(branch, path));
  const [step, ...rest] = path;
  if (step === undefined) return [schema];
  const inner = typeof step === 'number' ? itemSchema(schema) : Object.hasOwn(properties, step) && properties[step];
  return inner === undefined || inner === false ? [] : schemasAt(inner, rest);
}

function takesText(schema: TSchema): boolean {
  const types = [view(schema).type ?? []].flat();
  return types.includes('string') || (choices(schema) ?? []).some((choice) => typeof choice === 'string');
}

function scalarOf(text: string): number | boolean | undefined {
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)$/.test(text)) return false;
  return /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(text) ? Number(text) : undefined;
}
