import type { Config } from './config/config.ts';
import { BackupError } from './errors.ts';
import type { CheckOptions } from './options.ts';
import type { CheckedRepository, CheckReport } from './report.ts';
import { inEachRepository } from './upkeep.ts';

/**
 * Looks for damage in the configured repositories, or in the one that is chosen. Repairs nothing.
 *
 * @returns only when every repository is sound
 * @throws BackupError with the report in `report`: `REPOSITORY_FAILED` for a repository that is damaged, with its `problems` in the report,
 *   or that failed; `REPOSITORY_MISSING`, `REPOSITORY_LOCKED`, `PASSPHRASE_WRONG` of a repository; `COMMAND_MISSING`; `ABORTED`
 */
export async function check(config: Config, options: CheckOptions = {}): Promise<CheckReport> {
  const plan = { verifyData: options.verifyData ?? false };
  return inEachRepository<CheckedRepository>(config, 'check', options, { problems: [] }, (call) => {
    return async (repository, record) => {
      const { path } = repository;
      const context = call.repositoryContext('check');
      await call.phase(
        'check',
        async () => {
          const problems = (await repository.check(plan, context)).map(call.redact);
          record({ problems });
          if (problems.length > 0) throw damaged(path, problems);
        },
        path,
      );
      record({ status: 'ok' });
    };
  });
}

function damaged(repository: string, problems: readonly string[]): BackupError {
  const [first, ...others] = problems;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return new BackupError('REPOSITORY_FAILED', `${repository} is damaged: ${first}${more}`, {
    repository,
    hint: 'the problems are in the report; make a copy of the repository before anything tries to repair it',
  });
}
