import type { TSchema } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';
import { Value } from 'typebox/value';
import type { KeyPath } from './key-path.ts';
import { didYouMean } from './nearest-key.ts';
import type { Problem } from './problem.ts';
import { choices } from './schema-view.ts';
import { expected, found } from './words.ts';

/** The problem, if there is one, of a value that typebox judges as a whole: what was expected, and what was found. */
export function* unfit(
  schema: TSchema,
  value: unknown,
  { path, secret }: { readonly path: KeyPath; readonly secret: boolean },
): Generator<Problem> {
  const [error] = Value.Errors(schema, value);
  if (error === undefined) return;
  // Deep inside or by a rule that has no words here: typebox's words are those of the schema and never hold the value.
  if (!hasWords(error, value)) yield { path: [...path, ...steps(error.instancePath)], what: error.message };
  else
    yield {
      path,
      what: `expected ${expected(schema)}, found ${found(value, schema, secret)}${advice(schema, value, secret)}`,
    };
}

const keywordsWithWords = new Set(['type', 'const', 'enum', 'anyOf', 'minimum', 'maximum']);

function hasWords({ keyword, instancePath }: TLocalizedValidationError, value: unknown): boolean {
  if (instancePath !== '') return false;
  const empty = value === '' || (Array.isArray(value) && value.length === 0);
  return keywordsWithWords.has(keyword) || (empty && (keyword === 'minLength' || keyword === 'minItems'));
}

function advice(schema: TSchema, value: unknown, secret: boolean): string {
  const unquoted = typeof value === 'number' || typeof value === 'boolean';
  if (unquoted && Value.Check(schema, String(value))) return '; put it in quotes';
  const words = (choices(schema) ?? []).filter((choice) => typeof choice === 'string');
  return typeof value === 'string' && !secret ? didYouMean(value, words) : '';
}

/** A JSON pointer as a path. */
function steps(pointer: string): KeyPath {
  const names = pointer.split('/').slice(1);
  return names.map((name) => (/^\d+$/.test(name) ? Number(name) : name.replaceAll('~1', '/').replaceAll('~0', '~')));
}
