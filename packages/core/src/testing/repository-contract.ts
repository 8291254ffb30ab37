import type { ContractCase } from './case.ts';
import { aborts } from './repository-contract/aborts.ts';
import { RepositoryBench } from './repository-contract/bench.ts';
import { files } from './repository-contract/files.ts';
import { listing } from './repository-contract/listing.ts';
import { reading } from './repository-contract/reading.ts';
import type { RepositoryCase } from './repository-contract/repository-case.ts';
import type { RepositorySubject } from './repository-contract/subject.ts';
import { upkeep } from './repository-contract/upkeep.ts';
import { writing } from './repository-contract/writing.ts';

const cases: readonly RepositoryCase[] = [...listing, ...writing, ...aborts, ...reading, ...files, ...upkeep];

/**
 * What every engine behind the contract of repositories must do, as cases for any test runner. Borg's engine and
 * `memoryRepository()` pass them.
 *
 * @param subject gives each case a repository of its own
 */
export function repositoryContract(subject: RepositorySubject): readonly ContractCase[] {
  return cases.map(({ id, title, run }) => ({
    name: `${id}: ${title}`,
    run: () => RepositoryBench.use(subject, id, run),
  }));
}
