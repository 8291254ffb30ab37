export { type Static, Type } from 'typebox';
export { backup } from './backup.ts';
export type {
  Config,
  ConfigOptions,
  ConfiguredDatabase,
  RepositoryProvider,
  RepositorySettings,
  Settings,
} from './config/config.ts';
export { loadConfig } from './config/load-config.ts';
export { parseConfig } from './config/parse-config.ts';
export { BackupError, type BackupErrorDetails, type ErrorCode, errorCodes, type SerialisedError } from './errors.ts';
export type { Event, Phase, Verb } from './events.ts';
export { extract } from './extract.ts';
export {
  type CheckResult,
  type Command,
  type DatabaseHook,
  type Dialogue,
  type DumpSink,
  type DumpSource,
  defineHook,
  type Explanation,
  type HookContext,
  type Item,
  type Job,
  type Meta,
  type RestoreJob,
} from './hook.ts';
export { initRepository } from './init-repository.ts';
export { listArchives } from './list-archives.ts';
export type {
  BackupOptions,
  CallOptions,
  ExtractOptions,
  InitOptions,
  ListOptions,
  RestoreOptions,
  RestoreTarget,
  RunOptions,
  Selector,
} from './options.ts';
export type {
  Archive,
  BackupReport,
  DatabaseRef,
  DatabaseResult,
  RepositoryResult,
  RestoreReport,
} from './report.ts';
export type {
  ArchiveEntry,
  ArchivePlan,
  ArchiveReader,
  ArchiveWriter,
  DirectoryWriter,
  FilesPlan,
  FilesStats,
  ItemReader,
  ItemWriter,
  Repository,
  RepositoryContext,
  StoredArchive,
  StoredArchiveStats,
} from './repository.ts';
export { restore } from './restore.ts';
export { splitWords } from './split-words.ts';
