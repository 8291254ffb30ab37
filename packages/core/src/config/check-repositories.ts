import type { RepositorySettings } from './config.ts';
import type { KeyPath } from './key-path.ts';
import { mention, type Problem, type Source } from './problem.ts';

/** Repositories are chosen by path or label, so no two may answer to the same. */
export function checkRepositories(
  repositories: readonly RepositorySettings[],
  path: KeyPath,
  source: Source,
): Problem[] {
  const first = new Map<string, number>();
  return repositories.flatMap(({ path: location, label }, index) => {
    const names = [...new Set([location, label].filter((name) => name !== undefined))];
    const taken = names.map((name) => first.get(name)).find((other) => other !== undefined);
    for (const name of names) if (!first.has(name)) first.set(name, index);
    if (taken === undefined) return [];
    return [{ path: [...path, index], what: `has the path or label of ${mention([...path, taken], source)}` }];
  });
}
