import { borgKeys } from './borg/keys.ts';
import { borgRepository } from './borg/repository.ts';
import type { Config, RepositoryProvider } from './config/config.ts';
import { engineOf } from './config/engines.ts';
import { directoryKeys } from './directory/keys.ts';
import { directoryRepository } from './directory/repository.ts';
import { BackupError } from './errors.ts';
import type { Repository } from './repository.ts';

const builtIn: readonly RepositoryProvider[] = [
  { ...borgKeys, open: borgRepository },
  { ...directoryKeys, open: directoryRepository },
];

/**
 * The configured repositories, or the one that is chosen by its path or label.
 * @throws BackupError REPOSITORY_MISSING when the choice is not configured
 */
export function openRepositories(config: Config, chosen?: string): readonly Repository[] {
  const found = config.repositories.filter(
    ({ path, label }) => chosen === undefined || path === chosen || label === chosen,
  );
  if (found.length === 0) {
    throw new BackupError('REPOSITORY_MISSING', `no repository ${chosen} is configured`, {
      hint: `configured: ${names(config)}`,
    });
  }
  const engines = [...builtIn, ...(config.providers ?? [])];
  return found.map((repository) => engineOf(repository, engines).open(repository, config.settings));
}

/**
 * The one repository that is meant.
 * @throws BackupError REPOSITORY_AMBIGUOUS when there are several and none is chosen
 */
export function openRepository(config: Config, chosen?: string): Repository {
  const found = openRepositories(config, chosen);
  if (found.length > 1) {
    throw new BackupError('REPOSITORY_AMBIGUOUS', `several repositories are meant: ${names(config)}`, {
      hint: 'choose one by its path or label in `repository`',
    });
  }
  return found[0] as Repository;
}

function names(config: Config): string {
  return config.repositories.map(({ path, label }) => (label === undefined ? path : `${path} (${label})`)).join(', ');
}
