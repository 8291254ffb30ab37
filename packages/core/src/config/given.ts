import type { DatabaseHook } from '../hook.ts';
import { otherPlaces, sections } from './core-keys.ts';
import { keysOf } from './file-schema.ts';
import type { KeyPath } from './key-path.ts';
import { isMapping, own } from './plain-copy.ts';
import { mention, type Problem, type Source } from './problem.ts';

/** A value and where it was given. */
export interface Given {
  readonly value: unknown;
  readonly path: KeyPath;
}

export type GivenKeys = ReadonlyMap<string, readonly Given[]>;

/**
 * The keys of a configuration, wherever they were given: at the top, or in their sections. What is null counts as absent.
 */
export function givenKeys(configuration: unknown, hooks: readonly DatabaseHook[]): GivenKeys {
  const keys = sections.flatMap((section) => Object.keys(keysOf(section, hooks)).map((key) => ({ section, key })));
  return new Map(
    keys.map(({ section, key }) => {
      const paths = [[key], [section, key], ...(otherPlaces.get(key) ?? [])];
      const places = paths.map((path) => ({ path, value: valueAt(configuration, path) }));
      return [key, places.filter(({ value }) => value !== undefined && value !== null)];
    }),
  );
}

export function givenTwice(given: GivenKeys, source: Source): Problem[] {
  return [...given.values()].flatMap(([first, ...others]) =>
    others.map(({ path }) => ({
      path,
      at: 'key' as const,
      what: `is given twice: here and as ${mention((first as Given).path, source)}`,
    })),
  );
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isMapping(inner) ? own(inner, key) : undefined), value);
}
