import type { SerialisedError } from './errors.ts';

/** Which database, of those configured or archived. */
export interface DatabaseRef {
  /** YAML key of the hook: `postgresql_databases`. */
  readonly hook: string;
  readonly name: string;
  /** `globals`: what belongs to no single database, such as roles and accounts. */
  readonly kind: 'database' | 'globals';
  readonly hostname?: string;
  readonly port?: number;
  readonly label?: string;
}

export type DatabaseResult = DatabaseRef & {
  readonly status: 'ok' | 'failed' | 'skipped';
  /** The hook's word for the dump's format; empty where it never came so far. */
  readonly format: string;
  /** Size of the dump, in bytes, before compression. */
  readonly bytes: number;
  readonly durationMs: number;
  readonly error?: SerialisedError;
};

export interface RepositoryResult {
  readonly repository: string;
  /** As configured. */
  readonly label?: string;
  /** Name of the archive; of one that failed, the name that it would have had. */
  readonly archive: string;
  /** Name of the archive of `source_directories`, where there are any. */
  readonly filesArchive?: string;
  readonly status: 'ok' | 'failed' | 'skipped';
  /** Bytes before compression, of the dumps and what goes with them. */
  readonly originalBytes: number;
  /** Bytes by which the repository grew. */
  readonly deduplicatedBytes: number;
  /** With the status `ok`, of its `source_directories`: the dumps are stored. */
  readonly error?: SerialisedError;
}

export interface BackupReport {
  readonly databases: readonly DatabaseResult[];
  readonly repositories: readonly RepositoryResult[];
  readonly warnings: readonly string[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
}

export interface RestoreReport {
  readonly repository: string;
  readonly archive: string;
  readonly databases: readonly DatabaseResult[];
  readonly warnings: readonly string[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
}

export interface Archive {
  /** Path of the repository as configured. */
  readonly repository: string;
  readonly name: string;
  readonly id: string;
  /** When it was begun: ISO 8601, UTC. */
  readonly time: string;
  /** `foreign`: made by another tool. */
  readonly status: 'complete' | 'incomplete' | 'foreign';
  readonly databases: readonly DatabaseRef[];
}

/** What each repository's part of `prune`, `compact` and `check` has. */
export interface UpkeepResult {
  readonly repository: string;
  /** `skipped`: it was not begun, or with `dryRun`. */
  readonly status: 'ok' | 'failed' | 'skipped';
  readonly error?: SerialisedError;
}

export interface UpkeepReport<R extends UpkeepResult> {
  readonly repositories: readonly R[];
  readonly warnings: readonly string[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
}

export type Period =
  | 'secondly'
  | 'minutely'
  | 'hourly'
  | 'daily'
  | 'weekly'
  | 'monthly'
  | '13weekly'
  | '3monthly'
  | 'yearly';

/** By what an archive of this configuration stays; see {@link PrunedArchive}. */
export type KeptBy =
  | 'last'
  | 'within'
  | Period
  | `${Period}[oldest]`
  | 'last-complete'
  | 'last-dump'
  | 'nothing-complete';

/** An archive, and why it stays or goes. */
export interface PrunedArchive {
  readonly name: string;
  readonly id: string;
  /** When it was begun: ISO 8601, UTC. */
  readonly time: string;
  readonly status: 'complete' | 'incomplete' | 'foreign';
  readonly action: 'keep' | 'remove';
  /**
   * It stays by a rule: `last`, `within`, `daily` and so on; `daily[oldest]`: the oldest of all stays until there are enough days.
   * Whatever the rules say: `last-complete`, the newest complete one; `last-dump`, the newest one with a database that the newest
   * complete one names as failed; `nothing-complete`, there is no complete one at all. It is none of this configuration's: `foreign`;
   * `other-name`, `archive_name_format` does not give its name; `other-host` made it; `other-databases`, none of its databases is
   * configured; `files-alone`, the dumps that its `source_directories` go with are gone.
   *
   * It goes because it is `incomplete`, or because there is `no-rule` for it.
   */
  readonly why:
    | KeptBy
    | 'foreign'
    | 'other-name'
    | 'other-host'
    | 'other-databases'
    | 'files-alone'
    | 'incomplete'
    | 'no-rule';
  /** Of those that the rule keeps, the how manieth. */
  readonly number?: number;
}

export interface PrunedRepository extends UpkeepResult {
  /** All that the repository holds, or held, oldest first. Where the status is not `ok`, those to `remove` may be there. */
  readonly archives: readonly PrunedArchive[];
  /** By `compact`, about; absent where it was not asked for or is not known. */
  readonly freedBytes?: number;
}

export type PruneReport = UpkeepReport<PrunedRepository>;

export interface CompactedRepository extends UpkeepResult {
  /** About; absent where the engine does not know. */
  readonly freedBytes?: number;
}

export type CompactReport = UpkeepReport<CompactedRepository>;

export interface CheckedRepository extends UpkeepResult {
  /** What is damaged, in the engine's words. */
  readonly problems: readonly string[];
}

export type CheckReport = UpkeepReport<CheckedRepository>;

export type UpkeptRepository = PrunedRepository | CompactedRepository | CheckedRepository;

export interface DeleteReport {
  readonly repository: string;
  /** Name of the archive. */
  readonly archive: string;
  readonly id: string;
  /** By `compact`, about; absent where it was not asked for or is not known. */
  readonly freedBytes?: number;
  readonly warnings: readonly string[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
}

/** What a call that failed may bring along in its error. */
export type Report = BackupReport | RestoreReport | DeleteReport | UpkeepReport<UpkeptRepository>;
