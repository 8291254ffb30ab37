import type { EngineKeys, RepositorySettings, Settings } from './config.ts';
import { engineSettings } from './core-keys.ts';
import { engineOf } from './engines.ts';
import type { GivenKeys } from './given.ts';
import type { KeyPath } from './key-path.ts';
import { type Ignored, mention, type Problem, type Source } from './problem.ts';

/** What the schema of a single repository cannot say: of what its engine makes nothing, and names that two answer to. */
export function checkRepositories(
  repositories: readonly RepositorySettings[],
  path: KeyPath,
  source: Source,
  engines: readonly EngineKeys[],
  settings: Settings,
): Problem[] {
  const unfit = repositories.flatMap((repository, index) => {
    const problems = engineOf(repository, engines).problems?.(repository, settings) ?? [];
    return problems.map((what) => ({ path: [...path, index], what }));
  });
  return [...unfit, ...sharedNames(repositories, path, source)];
}

/** Settings that are given for engines, and that none of the engines in use heeds. */
export function ignoredSettings(
  repositories: readonly RepositorySettings[],
  engines: readonly EngineKeys[],
  given: GivenKeys,
): Ignored[] {
  const used = [...new Set(repositories.map((repository) => engineOf(repository, engines)))];
  const unused = engineSettings.filter((key) => used.every(({ settings }) => settings?.includes(key) === false));
  const names = used.map(({ engine }) => `\`${engine}\``).join(', ');
  return unused.flatMap((key) =>
    (given.get(key) ?? []).map(({ path }) => ({
      path,
      what: `repositories with the engine ${names} have no use for it`,
    })),
  );
}

/** Repositories are chosen by path or label, so no two may answer to the same. */
function sharedNames(repositories: readonly RepositorySettings[], path: KeyPath, source: Source): Problem[] {
  const first = new Map<string, number>();
  return repositories.flatMap(({ path: location, label }, index) => {
    const names = [...new Set([location, label].filter((name) => name !== undefined))];
    const taken = names.map((name) => first.get(name)).find((other) => other !== undefined);
    for (const name of names) if (!first.has(name)) first.set(name, index);
    if (taken === undefined) return [];
    return [{ path: [...path, index], what: `has the path or label of ${mention([...path, taken], source)}` }];
  });
}
