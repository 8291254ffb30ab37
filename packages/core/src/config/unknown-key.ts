import type { DatabaseHook } from '../hook.ts';
import { type Section, sections } from './core-keys.ts';
import { keysOf } from './file-schema.ts';
import { type KeyPath, keyText } from './key-path.ts';
import { knownHooks } from './known-hooks.ts';
import { didYouMean } from './nearest-key.ts';
import type { Problem } from './problem.ts';
import type { UnknownKey } from './validate.ts';

/** Says of a key that its mapping does not know where it belongs, which hook is missing for it, or what was meant. */
export function explainUnknownKey(hooks: readonly DatabaseHook[]): UnknownKey {
  const homes = new Map(
    sections.flatMap((section) => Object.keys(keysOf(section, hooks)).map((key) => [key, section])),
  );
  return (path, known, value) => {
    const key = String(path.at(-1));
    const section = sectionOf(path);
    if (section === undefined) return unknownKey(path, known);
    const home = Object.hasOwn(knownHooks, key) ? 'hooks' : homes.get(key);
    if (home !== undefined && section !== 'top' && home !== section) {
      return {
        path,
        at: 'key',
        what: `does not belong to \`${section}\`, but to \`${home}\` or to the top of the configuration`,
      };
    }
    if (Object.hasOwn(knownHooks, key)) return isEmpty(value) ? undefined : missingHook(path, key);
    const withHooks = section === 'top' || section === 'hooks' ? [...known, ...Object.keys(knownHooks)] : known;
    return unknownKey(path, [...new Set(withHooks)]);
  };
}

function unknownKey(path: KeyPath, known: readonly string[]): Problem {
  const key = String(path.at(-1));
  const listed = known.map((each) => `\`${each}\``).join(', ');
  const advice = didYouMean(key, known) || (known.length === 0 ? '' : `; known here: ${listed}`);
  return { path, at: 'key', what: `unknown key \`${keyText(key)}\`${advice}` };
}

/** What the key stands in; undefined below the keys that core knows. */
function sectionOf(path: KeyPath): Section | 'top' | undefined {
  if (path.length === 1) return 'top';
  return path.length === 2 ? sections.find((section) => section === path[0]) : undefined;
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

function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}
