import type { DatabaseHook } from '../hook.ts';
import type { EngineKeys } from './config.ts';
import { Missing, readCredential } from './credentials.ts';
import { fileSchema } from './file-schema.ts';
import { type KeyPath, PathSet } from './key-path.ts';
import { outsideScope } from './outside-scope.ts';
import { isMapping } from './plain-copy.ts';
import type { Problem } from './problem.ts';
import { type Piece, parseReferences, type Reference } from './references.ts';
import { fitting } from './schema-at.ts';

export interface Interpolated {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Paths of values that hold something from outside the file, which is to be shown in no error. */
  readonly outside: PathSet;
  readonly credentials: readonly string[];
}

/**
 * Puts the environment's variables and credentials in place of the references to them, in values and not in keys. As in the
 * reference, shell commands are values like any other: `\${NAME}` is what their shell gets as `${NAME}`. What was put in is
 * not looked through again.
 *
 * The result is text where the key takes text, so a passphrase of digits stays one, quoted or not. Where the key takes none,
 * the text is read as a number or as true or false: `port: ${PORT}`. Keys that are ignored are left alone.
 * @param value of a file, of mappings, lists and single values
 * @param directory of the file
 */
export async function interpolate(
  value: unknown,
  hooks: readonly DatabaseHook[],
  engines: readonly EngineKeys[],
  directory: string,
): Promise<Interpolated> {
  const schema = fileSchema(hooks, engines);
  const problems: Problem[] = [];
  const outside = new PathSet();
  const credentials: string[] = [];

  async function walk(inner: unknown, path: KeyPath): Promise<unknown> {
    if (typeof inner === 'string') return text(inner, path);
    if (Array.isArray(inner)) return inOrder(inner, (item, index) => walk(item, [...path, index]));
    if (!isMapping(inner)) return inner;
    const entries = await inOrder(Object.entries(inner), async ([key, item]) => {
      const below = [...path, key];
      return [key, outsideScope(below, hooks) === undefined ? await walk(item, below) : item] as const;
    });
    return Object.fromEntries(entries);
  }

  async function text(raw: string, path: KeyPath): Promise<unknown> {
    const pieces = parseReferences(raw);
    if (pieces === undefined) return raw;
    try {
      const resolved = await join(pieces);
      if (pieces.every((piece) => typeof piece === 'string')) return resolved;
      outside.add(path);
      return fitting(schema, path, resolved);
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      problems.push({ path, what: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) });
      return raw;
    }
  }

  async function join(pieces: readonly Piece[]): Promise<string> {
    return (await inOrder(pieces, (piece) => (typeof piece === 'string' ? piece : resolve(piece)))).join('');
  }

  async function resolve(reference: Reference): Promise<string> {
    if (reference.from === 'environment') return variable(reference.name, reference.otherwise);
    const credential = await readCredential(reference.kind, await join(reference.argument), directory);
    credentials.push(credential);
    return credential;
  }

  return { value: await walk(value, []), problems, outside, credentials };
}

function variable(name: string, otherwise: string | undefined): string {
  const value = process.env[name] ?? otherwise;
  if (value !== undefined) return value;
  throw new Missing(
    `the environment variable ${name} is not set`,
    `set ${name}, give a default as in \${${name}:-default}, or write \\\${${name}} where it is meant as it stands`,
  );
}

/** One after the other, so that problems come in the order of the file. */
async function inOrder<T, R>(items: readonly T[], work: (item: T, index: number) => R | Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const [index, item] of items.entries()) results.push(await work(item, index));
  return results;
}
