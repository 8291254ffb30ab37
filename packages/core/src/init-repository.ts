import { inCall } from './call.ts';
import type { Config } from './config/config.ts';
import type { InitOptions } from './options.ts';
import { openRepository } from './repositories.ts';

/**
 * Makes a repository at the configured path.
 *
 * @param options `encryption`: the engine's word, such as Borg's `repokey-blake2`; `repository`: which one, where several are
 *   configured
 * @throws BackupError CONFIG_INVALID (an `encryption` that the engine does not have, or with an empty passphrase), REPOSITORY_EXISTS, REPOSITORY_MISSING (the directory above it), REPOSITORY_AMBIGUOUS,
 *   PASSPHRASE_WRONG (none is configured), REPOSITORY_FAILED, COMMAND_MISSING, ABORTED
 */
export async function initRepository(config: Config, options: InitOptions = {}): Promise<void> {
  await inCall(config, { ...options, name: 'initRepository' }, (call) =>
    openRepository(config, options.repository).init(options.encryption, call.repositoryContext('init')),
  );
}
