import type { DatabaseHook } from '../hook.ts';
import { type Section, sections } from './core-keys.ts';
import { keysOf } from './file-schema.ts';
import { ignoredKeys } from './ignored-keys.ts';
import { type KeyPath, keyText } from './key-path.ts';
import { knownHooks } from './known-hooks.ts';
import { didYouMean } from './nearest-key.ts';
import { isEmpty, keysOutsideScope, outsideScope, placeOf, refusal } from './outside-scope.ts';
import type { Problem } from './problem.ts';
import type { UnknownKey } from './validate.ts';

/**
 * Says of a key that its mapping does not know where it belongs, which hook is missing for it, or what was meant. A key
 * outside our scope is no problem, unless it must not be ignored.
 */
export function explainUnknownKey(hooks: readonly DatabaseHook[]): UnknownKey {
  const homes = homesOf(hooks);
  return (path, known, value) => {
    const key = String(path.at(-1));
    const place = placeOf(path);
    if (place === undefined) return unknownKey(path, known);
    const row = outsideScope(path, hooks);
    if (row !== undefined) return refusal(row, path, value);
    if (place === 'repositories') return unknownKey(path, known, keysOutsideScope(place));
    const home = homes.get(key);
    if (home !== undefined && place !== 'top' && !home.includes(place)) return misplaced(path, place, home);
    if (Object.hasOwn(knownHooks, key)) return isEmpty(value) ? undefined : missingHook(path, key);
    const withHooks = place === 'top' || place === 'hooks' ? [...known, ...Object.keys(knownHooks)] : known;
    return unknownKey(path, [...new Set(withHooks)], keysOutsideScope(place));
  };
}

/** Every key of the sectioned form, with the sections that it belongs to. */
function homesOf(hooks: readonly DatabaseHook[]): ReadonlyMap<string, readonly Section[]> {
  const ours = sections.flatMap((section) =>
    Object.keys(keysOf(section, hooks)).map((key) => [key, [section]] as const),
  );
  const others = [...ignoredKeys.values()].flatMap(({ key, in: places }) =>
    places.includes('repositories') ? [] : [[key, places as readonly Section[]] as const],
  );
  return new Map([...others, ...Object.keys(knownHooks).map((key) => [key, ['hooks']] as const), ...ours]);
}

function misplaced(path: KeyPath, place: Section, home: readonly Section[]): Problem {
  const others = [...home.map((section) => `\`${section}\``), 'the top of the configuration'].join(' or to ');
  return { path, at: 'key', what: `does not belong to \`${place}\`, but to ${others}` };
}

/** @param more keys that may be meant as well, too many to be listed */
function unknownKey(path: KeyPath, known: readonly string[], more: readonly string[] = []): Problem {
  const key = String(path.at(-1));
  const listed = known.map((each) => `\`${each}\``).join(', ');
  const advice = didYouMean(key, [...known, ...more]) || (known.length === 0 ? '' : `; known here: ${listed}`);
  return { path, at: 'key', what: `unknown key \`${keyText(key)}\`${advice}` };
}

function missingHook(path: KeyPath, key: string): Problem {
  const hook = knownHooks[key];
  return {
    path,
    at: 'key',
    code: 'HOOK_MISSING',
    what: 'no hook for this section was passed',
    hint: `import ${hook?.make.replace('()', '')} from '${hook?.from}' and pass ${hook?.make} in \`hooks\``,
  };
}
