export { type Static, Type } from 'typebox';
export { backup } from './backup.ts';
export { check } from './check.ts';
export { compact } from './compact.ts';
export type {
  Config,
  ConfigOptions,
  ConfiguredDatabase,
  EngineKeys,
  RepositoryProvider,
  RepositorySettings,
  Settings,
} from './config/config.ts';
export { configSchema } from './config/json-schema.ts';
export type { JsonSchema } from './config/json-schema-value.ts';
export { loadConfig } from './config/load-config.ts';
export { parseConfig } from './config/parse-config.ts';
export { defineEngine } from './define-engine.ts';
export { deleteArchive } from './delete-archive.ts';
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
  CheckOptions,
  DeleteOptions,
  ExtractOptions,
  InitOptions,
  ListOptions,
  PruneOptions,
  RestoreOptions,
  RestoreTarget,
  Retention,
  RunOptions,
  Selector,
  UpkeepOptions,
} from './options.ts';
export {
  type Child,
  type ChildCommand,
  type ChildOptions,
  type Exit,
  exitOf,
  runChild,
  startChild,
} from './process/child.ts';
export { ioCounters } from './process/io-counters.ts';
export { itemOfChildren, type StartWriting } from './process/item-of-children.ts';
export { type Feed, Pipe } from './process/pipe.ts';
export { prune } from './prune.ts';
export type {
  Archive,
  BackupReport,
  CheckedRepository,
  CheckReport,
  CompactedRepository,
  CompactReport,
  DatabaseRef,
  DatabaseResult,
  DeleteReport,
  KeptBy,
  Period,
  PrunedArchive,
  PrunedRepository,
  PruneReport,
  Report,
  RepositoryResult,
  RestoreReport,
  UpkeepReport,
  UpkeepResult,
  UpkeptRepository,
} from './report.ts';
export type {
  ArchiveEntry,
  ArchivePlan,
  ArchiveReader,
  ArchiveWriter,
  CheckPlan,
  CompactStats,
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
