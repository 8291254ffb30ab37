/**
 * For the tests of those who write hooks, or engines for repositories: `@dumpstream/core/testing`. Tied to no test runner.
 */
export { type ContractCase, ContractError } from './case.ts';
export { withoutCommands } from './fake-commands/without-commands.ts';
export { type FakeCall, type FakeCommand, type FakeCommands, fakeCommands } from './fake-commands.ts';
export type { HookSubject } from './hook-contract/subject.ts';
export { hookContract } from './hook-contract.ts';
export type { Fault, Moment } from './memory/faults.ts';
export type { Pace } from './memory/pace.ts';
export type { MemoryArchive } from './memory/store.ts';
export { type MemoryRepository, memoryRepository } from './memory-repository.ts';
export type { RepositorySubject } from './repository-contract/subject.ts';
export { repositoryContract } from './repository-contract.ts';
