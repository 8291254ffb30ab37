import { BackupError } from '../errors.ts';
import type { DatabaseHook } from '../hook.ts';
import { coreKeys } from './core-keys.ts';

const reserved = new Set<string>(
  Object.entries(coreKeys).flatMap(([section, keys]) => [section, ...Object.keys(keys)]),
);

/**
 * That what the caller passed are hooks, each with a key of its own.
 * @throws BackupError `CONFIG_INVALID`
 */
export function checkHooks(hooks: readonly DatabaseHook[]): void {
  if (!Array.isArray(hooks)) throw invalid('`hooks` must be a list of hooks');
  const problems = hooks.flatMap((hook: unknown, index) => {
    const problem = problemOf(hook, hooks.slice(0, index));
    return problem === undefined ? [] : [`hooks[${index}]: ${problem}`];
  });
  if (problems.length > 0) throw invalid(problems.join('\n'));
}

function problemOf(hook: unknown, before: readonly DatabaseHook[]): string | undefined {
  if (typeof hook === 'function') return `expected a hook, found a function; pass what \`${hook.name}()\` returns`;
  if (!isHook(hook)) return 'expected a hook: an object with a name and an entry';
  if (reserved.has(hook.name)) return `a hook cannot be named \`${hook.name}\`, which is a key of its own`;
  return before.some(({ name }) => name === hook.name) ? `another hook is named \`${hook.name}\`, too` : undefined;
}

function isHook(hook: unknown): hook is DatabaseHook {
  if (typeof hook !== 'object' || hook === null) return false;
  const { name, entry } = hook as Partial<DatabaseHook>;
  return typeof name === 'string' && name !== '' && typeof entry?.properties === 'object';
}

function invalid(message: string): BackupError {
  return new BackupError('CONFIG_INVALID', message);
}
