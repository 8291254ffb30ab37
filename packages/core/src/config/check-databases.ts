import type { DatabaseHook } from '../hook.ts';
import { itemPath, placeOf } from '../place.ts';
import type { ConfiguredDatabase } from './config.ts';
import type { KeyPath, PathSet } from './key-path.ts';
import { mention, type Problem, type Source } from './problem.ts';

/** An entry that is valid by its schema, and where it was given. */
export interface Entry {
  readonly hook: DatabaseHook;
  readonly value: ConfiguredDatabase['entry'];
  readonly path: KeyPath;
}

/** What the schema of a single entry cannot say: names that mean something, and entries that get into each other's way. */
export function checkDatabases(entries: readonly Entry[], source: Source, outside: PathSet): Problem[] {
  return [...entries.flatMap(checkName), ...sharedPlaces(entries, source, outside)];
}

function checkName({ hook, value, path }: Entry): Problem[] {
  const at = [...path, 'name'];
  if (typeof value.name !== 'string' || value.name === '') return [{ path: at, what: 'expected a non-empty string' }];
  if (value.name === 'all' && hook.list === undefined) {
    return [{ path: at, what: `\`all\` is not supported by \`${hook.name}\`` }];
  }
  return [];
}

function sharedPlaces(entries: readonly Entry[], source: Source, outside: PathSet): Problem[] {
  const first = new Map<string, Entry>();
  return entries.flatMap((entry) => {
    const place = itemPath(entry.hook.name, entry.value, { name: entry.value.name, kind: 'database' });
    const other = first.get(place);
    if (other === undefined) {
      first.set(place, entry);
      return [];
    }
    const isShown = !['hostname', 'port', 'label'].some((key) => outside.has([...entry.path, key]));
    const shown = isShown ? ` (\`${placeOf(entry.value)}\`)` : '';
    const what = `has the same name and place${shown} as ${mention(other.path, source)}`;
    return [{ path: entry.path, what: `${what}; give one of them a \`label\`, or leave it out` }];
  });
}
