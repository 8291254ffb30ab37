import type { KeyPath } from './key-path.ts';
import type { Problem } from './problem.ts';

/** Far deeper than any configuration, and far from the end of the stack. */
const deepest = 64;

/**
 * A copy of mappings and lists all the way down, frozen, without properties that are undefined. Single values stay what
 * they are, for the schema to judge; dates and other objects of a class are problems. What the original shares, the copy
 * shares.
 */
export function plainCopy(value: unknown, problems: Problem[]): unknown {
  const copies = new Map<object, unknown>();
  const open = new Set<object>();

  function copy(original: unknown, path: KeyPath): unknown {
    if (typeof original !== 'object' || original === null) return original;
    if (!Array.isArray(original) && !isMapping(original))
      return refuse(path, 'is an object of a class; expected a plain one');
    if (open.has(original)) return refuse(path, 'refers to itself');
    if (path.length > deepest) return refuse(path.slice(0, 3), 'is nested too deeply');
    const known = copies.get(original);
    if (known !== undefined) return known;
    open.add(original);
    const made = Array.isArray(original) ? list(original, path) : mapping(original, path);
    open.delete(original);
    copies.set(original, made);
    return made;
  }

  function list(original: readonly unknown[], path: KeyPath): unknown {
    return Object.freeze(Array.from(original, (item, index) => copy(item, [...path, index])));
  }

  // fromEntries defines properties rather than sets them, so a key `__proto__` is a key like any other.
  function mapping(original: Mapping, path: KeyPath): unknown {
    const given = Object.entries(original).filter(([, item]) => item !== undefined);
    return Object.freeze(Object.fromEntries(given.map(([key, item]) => [key, copy(item, [...path, key])])));
  }

  function refuse(path: KeyPath, what: string): undefined {
    problems.push({ path, what });
    return undefined;
  }

  return copy(value, []);
}

/** What a YAML mapping becomes. */
export type Mapping = Readonly<Record<string, unknown>>;

/** True for objects without a class of their own. */
export function isMapping(value: unknown): value is Mapping {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A mapping's own value: `constructor` and the like are not found where they were not given. */
export function own(mapping: Mapping, key: string): unknown {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}
