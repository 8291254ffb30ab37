import { borgKeys } from '../borg/keys.ts';
import { directoryKeys } from '../directory/keys.ts';
import { BackupError } from '../errors.ts';
import type { EngineKeys, RepositorySettings } from './config.ts';

/** The first is that of an entry that names none. */
export const builtInEngines: readonly [EngineKeys, ...EngineKeys[]] = [borgKeys, directoryKeys];

/**
 * Those that are built in, and those that the caller passed.
 * @throws BackupError `CONFIG_INVALID` where what was passed are no engines, each with a name of its own
 */
export function enginesWith<T extends EngineKeys>(
  builtIn: readonly T[],
  passed: readonly T[] | undefined = [],
): readonly T[] {
  if (!Array.isArray(passed)) throw new BackupError('CONFIG_INVALID', '`repositories` must be a list of engines');
  const all = [...builtIn, ...passed];
  const problems = passed.flatMap((engine: unknown, index) => {
    const problem = problemOf(engine, all.slice(0, builtIn.length + index));
    return problem === undefined ? [] : [`repositories[${index}]: ${problem}`];
  });
  if (problems.length > 0) throw new BackupError('CONFIG_INVALID', problems.join('\n'));
  return all;
}

/** The engine of an entry: the one that it names, or that knows its path, or the first. */
export function engineOf<T extends EngineKeys>({ engine, path }: RepositorySettings, engines: readonly T[]): T {
  const found = engines.find((each) => (engine === undefined ? each.claims?.(path) === true : each.engine === engine));
  return found ?? (engines[0] as T);
}

function problemOf(engine: unknown, before: readonly EngineKeys[]): string | undefined {
  if (typeof engine === 'function')
    return `expected an engine, found a function; pass what \`${engine.name}()\` returns`;
  const { engine: name, open } = (engine ?? {}) as { readonly engine?: unknown; readonly open?: unknown };
  if (typeof name !== 'string' || name === '' || typeof open !== 'function') {
    return 'expected an engine: an object with `engine`, its name, and `open`';
  }
  return before.some((other) => other.engine === name) ? `another engine is named \`${name}\`, too` : undefined;
}
