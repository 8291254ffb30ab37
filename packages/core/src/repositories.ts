import { borgRepository } from './borg/repository.ts';
import type { Config, RepositorySettings } from './config/config.ts';
import { BackupError } from './errors.ts';
import type { Repository } from './repository.ts';

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
  return found.map((repository) => open(config, repository));
}

function open({ providers = [], settings }: Config, repository: RepositorySettings): Repository {
  for (const provider of providers) {
    const opened = provider.open(repository, settings);
    if (opened !== undefined) return opened;
  }
  return borgRepository(repository, settings);
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
