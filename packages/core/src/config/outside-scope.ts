import type { DatabaseHook } from '../hook.ts';
import { type Section, sections } from './core-keys.ts';
import { type IgnoredKey, ignoredKeys } from './ignored-keys.ts';
import type { KeyPath } from './key-path.ts';
import { isMapping, own } from './plain-copy.ts';
import type { Ignored, Problem } from './problem.ts';

export type Place = Section | 'top' | 'repositories';

/** The row of the table for a key where the reference has it; undefined also for a key that a hook has taken for itself. */
export function outsideScope(path: KeyPath, hooks: readonly DatabaseHook[]): IgnoredKey | undefined {
  const row = ignoredKeys.get(String(path.at(-1)));
  const place = placeOf(path);
  if (row === undefined || place === undefined || !belongs(row, place)) return undefined;
  return hooks.some(({ name }) => name === row.key) ? undefined : row;
}

/** All such keys of a place. */
export function rowsOutsideScope(place: Place, hooks: readonly DatabaseHook[]): IgnoredKey[] {
  const isTaken = (key: string) => hooks.some(({ name }) => name === key);
  return [...ignoredKeys.values()].filter((row) => belongs(row, place) && !isTaken(row.key));
}

/** Their names, for advice on a misspelled one. */
export function keysOutsideScope(place: Place): string[] {
  return rowsOutsideScope(place, []).map(({ key }) => key);
}

/** Why a key must not be ignored; undefined where it can be. */
export function refusal({ what, refused, hook }: IgnoredKey, path: KeyPath, value: unknown): Problem | undefined {
  if (isEmpty(value) || refused?.(value) !== true) return undefined;
  if (hook === true)
    return { path, at: 'key', code: 'HOOK_MISSING', what: 'no hook for this section was passed', hint: what };
  return { path, at: 'key', what: `is not supported, and cannot be ignored: ${what}` };
}

/** Every key outside our scope that has a value. */
export function ignoredIn(configuration: unknown, hooks: readonly DatabaseHook[]): Ignored[] {
  return mappingsOf(configuration).flatMap(({ path: place, value: mapping }) =>
    Object.entries(mapping).flatMap(([key, value]) => {
      const path = [...place, key];
      const row = outsideScope(path, hooks);
      // Empty lists of what would otherwise be refused ask for nothing.
      if (row === undefined || (row.refused !== undefined && isEmpty(value))) return [];
      return [{ path, what: row.what }];
    }),
  );
}

function belongs({ in: places }: IgnoredKey, place: Place): boolean {
  return place === 'top' ? !places.includes('repositories') : places.includes(place);
}

/** What a key stands in; undefined for places where no key of the table does. */
export function placeOf(path: KeyPath): Place | undefined {
  if (path.length === 1) return 'top';
  if (path.length === 2) return sections.find((section) => section === path[0]);
  const [list, index] = path.slice(-3);
  const inRepositories = list === 'repositories' && typeof index === 'number' && path.length <= 4;
  return inRepositories ? 'repositories' : undefined;
}

/** The mappings that keys of the table can stand in, as far as they are mappings. */
function mappingsOf(configuration: unknown): { path: KeyPath; value: Readonly<Record<string, unknown>> }[] {
  const top = { path: [], value: configuration };
  const inSections = sections.map((section) => at(top, section));
  const repositories = [top, ...inSections].flatMap((outer) => {
    const list = at(outer, 'repositories');
    return Array.isArray(list.value)
      ? list.value.map((value: unknown, index) => ({ path: [...list.path, index], value }))
      : [];
  });
  return [top, ...inSections, ...repositories].flatMap(({ path, value }) =>
    isMapping(value) ? [{ path, value }] : [],
  );
}

function at({ path, value }: { path: KeyPath; value: unknown }, key: string): { path: KeyPath; value: unknown } {
  return { path: [...path, key], value: isMapping(value) ? own(value, key) : undefined };
}

export function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || (isMapping(value) && Object.keys(value).length === 0);
}
