import type { Event } from './events.ts';
import type { DatabaseRef } from './report.ts';

/** What every verb takes. */
export interface CallOptions {
  /** Path or label of one configured repository. */
  readonly repository?: string;
  /** Aborted, the verb ends everything that it started, leaves nothing, and rejects with `ABORTED` and the reason as cause. */
  readonly signal?: AbortSignal;
}

/** What `backup` and `restore` take. */
export interface RunOptions extends CallOptions {
  /** Told of everything as it happens. What it throws becomes a warning. */
  readonly onEvent?: (event: Event) => void;
  /** Connects, resolves and checks, reports what would be done as `skipped`, and changes nothing. */
  readonly dryRun?: boolean;
  /** How many databases are worked on side by side where that is possible; at least 1. Default: the processors there are. */
  readonly concurrency?: number;
}

export type BackupOptions = RunOptions;

/** Names exactly one database, by its name or by parts of its `DatabaseRef`; without a name, all that match. */
export type Selector = string | Partial<DatabaseRef>;

export interface RestoreOptions extends RunOptions {
  /** Name or id of an archive, or `latest`: the newest complete one. */
  readonly archive: string;
  /** Which of its databases; default: all. */
  readonly databases?: readonly Selector[];
  /**
   * `swap` (the default): loaded beside the live database, which is replaced when that has succeeded. `in-place`: loaded into it.
   */
  readonly strategy?: 'swap' | 'in-place';
  /** Whether sessions on the live database may be ended for it. Default: true. */
  readonly endSessions?: boolean;
}

export interface ListOptions extends CallOptions {
  /** Only so many of the newest archives of each repository. */
  readonly last?: number;
}

export interface InitOptions extends CallOptions {
  /** Borg's word for it: `repokey-blake2`, `repokey`, `keyfile`, `authenticated`, `none`, … */
  readonly encryption: string;
}
