import type { BackupError } from './errors.ts';
import type { Event } from './events.ts';
import type { BackupReport, DatabaseRef, RestoreReport } from './report.ts';

/** What every verb takes. */
export interface CallOptions {
  /** Path or label of one configured repository. */
  readonly repository?: string;
  /**
   * Aborted, the verb ends everything that it started, leaves nothing but archives that were whole by then, which the report calls `ok`, and
   * rejects with `ABORTED` and the reason as cause.
   */
  readonly signal?: AbortSignal;
}

/** What `backup` and `restore` take; `R` is the report that they give. */
export interface RunOptions<R = BackupReport | RestoreReport> extends CallOptions {
  /** Told of everything as it happens. What it throws becomes a warning. */
  readonly onEvent?: (event: Event) => void;
  /** Connects, resolves and checks, reports what would be done as `skipped`, and changes nothing. */
  readonly dryRun?: boolean;
  /**
   * How many databases are worked on side by side where that is possible; at least 1. Default: the processors there are, and two more
   * where small databases are restored.
   */
  readonly concurrency?: number;
  /**
   * Milliseconds without a byte after which a dump or restore is ended with `STALLED`. Default: 600 000 (`stall_timeout`, in
   * seconds); 0 turns it off. Linux only.
   */
  readonly stallTimeoutMs?: number;
  /** Runs first, after the configuration's commands for it. What it throws is `COMMAND_HOOK_FAILED`, and nothing is begun. */
  readonly before?: (context: { readonly signal: AbortSignal }) => unknown;
  /** Runs after success only. */
  readonly after?: (report: R) => unknown;
  /** Runs after a failure only, but not after an abort. What it throws becomes a warning. */
  readonly onError?: (error: BackupError) => unknown;
}

export interface BackupOptions extends RunOptions<BackupReport> {
  /**
   * `abort` (the default, `on_dump_failure`): the first dump that fails ends the run and no archive appears. `continue`: the others
   * are archived, the archive names the failed one, and the call rejects all the same.
   */
  readonly onDumpFailure?: 'abort' | 'continue';
}

/** Names exactly one database, by its name or by parts of its `DatabaseRef`; without a name, all that match. It says one thing at least. */
export type Selector = string | Partial<DatabaseRef>;

export interface RestoreOptions extends RunOptions<RestoreReport> {
  /** Name or id of an archive, or `latest`: the newest complete one. */
  readonly archive: string;
  /** Which of its databases; default: all. */
  readonly databases?: readonly Selector[];
  /** Another place to restore to: what is given wins over archive and configuration. `name` needs exactly one database. */
  readonly to?: RestoreTarget;
  /**
   * `swap` (the default): loaded beside the live database, which is replaced when that has succeeded. `in-place`: loaded into it.
   */
  readonly strategy?: 'swap' | 'in-place';
  /** Whether sessions on the live database may be ended for it. Default: true. */
  readonly endSessions?: boolean;
}

export interface RestoreTarget {
  readonly hostname?: string;
  readonly port?: number;
  readonly username?: string;
  readonly password?: string;
  readonly name?: string;
}

export interface ExtractOptions extends CallOptions {
  /** Name or id of an archive, or `latest`: the newest complete one. */
  readonly archive: string;
  /** Which of its databases: exactly one. */
  readonly database: Selector;
}

/** What `prune`, `compact`, `check` and `deleteArchive` take. */
export interface UpkeepOptions extends CallOptions {
  /** Told of everything as it happens. What it throws becomes a warning. */
  readonly onEvent?: (event: Event) => void;
}

/**
 * How many archives stay, as with `borg prune`: of each period in local time the newest, as many periods back as there are archives
 * for; 0: none, -1: without a limit. What one rule keeps the next ones do not count; they come in the order given here.
 */
export interface Retention {
  /** The newest, whenever they were made. */
  readonly keepLast?: number;
  /** All of the last hours, days, weeks, months (31 days) or years (365 days): `48H`, `7d`, `4w`, `6m`, `1y`. */
  readonly keepWithin?: string;
  readonly keepSecondly?: number;
  readonly keepMinutely?: number;
  readonly keepHourly?: number;
  readonly keepDaily?: number;
  /** Weeks begin on Monday: ISO 8601. */
  readonly keepWeekly?: number;
  readonly keepMonthly?: number;
  /** Quarters of 13 weeks. */
  readonly keep13weekly?: number;
  /** Quarters of three months. */
  readonly keep3monthly?: number;
  readonly keepYearly?: number;
}

/** Each rule that is not given is the configuration's: `keep_daily` for `keepDaily`, and so on. */
export interface PruneOptions extends UpkeepOptions, Retention {
  /** Reports what would go and what would stay, and changes nothing. */
  readonly dryRun?: boolean;
  /** Gives the space back at once, as `compact` does. Default: false. */
  readonly compact?: boolean;
  /**
   * Counts and removes what other hosts have made, too, if it fits otherwise: for hosts whose name changes with every run, such as
   * containers. Default: false.
   */
  readonly anyHost?: boolean;
}

export interface CheckOptions extends UpkeepOptions {
  /** Reads, decrypts and compares all data, which takes as long as reading the whole repository. Default: false. */
  readonly verifyData?: boolean;
}

export interface DeleteOptions extends UpkeepOptions {
  /** Name or id of the archive. */
  readonly archive: string;
  /** Gives the space back at once, as `compact` does. Default: false. */
  readonly compact?: boolean;
}

export interface ListOptions extends CallOptions {
  /** Only so many of the newest archives of each repository. */
  readonly last?: number;
  /**
   * Looks into each archive for a valid manifest, as a restore does. Otherwise an archive's own comment is taken for its
   * `status`: true unless another program has changed the archive since. One more call of Borg for each archive.
   */
  readonly verify?: boolean;
}

export interface InitOptions extends CallOptions {
  /**
   * The engine's word for it. Borg's has to be given: `repokey-blake2`, `repokey`, `keyfile`, `authenticated`, `none`, …; a
   * directory has `none` alone, and needs none.
   */
  readonly encryption?: string;
}
