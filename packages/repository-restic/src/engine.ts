import { defineEngine, type RepositoryProvider } from '@dumpstream/core';
import { keys } from './keys.ts';
import { resticRepository } from './repository.ts';

/**
 * The engine for restic repositories: `repositories: [{ path, engine: 'restic' }]`. Takes restic 0.14 or later on the `PATH`.
 *
 * @returns what `loadConfig` and `parseConfig` take in `repositories`
 */
export function restic(): RepositoryProvider {
  return defineEngine({ ...keys, open: (entry, settings) => resticRepository(entry, settings) });
}
