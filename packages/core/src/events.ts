import type { SerialisedError } from './errors.ts';
import type { DatabaseRef } from './report.ts';

/** Which verb reports. */
export type Verb = 'backup' | 'restore' | 'prune' | 'compact' | 'check' | 'deleteArchive';

/**
 * `prepare`: what is to be done is found out and checked. `transfer`: dumps flow. `commit`: the archive is finished.
 * `files`: `source_directories` are stored. `remove`, `compact`, `check`: archives are removed, space is given back, damage is looked
 * for.
 */
export type Phase = 'prepare' | 'transfer' | 'commit' | 'files' | 'remove' | 'compact' | 'check';

interface Common {
  readonly verb: Verb;
  /** ISO 8601, UTC. */
  readonly time: string;
}

/** What `onEvent` is given, told apart by `type`. Every one survives `JSON.stringify` and holds no secret. */
export type Event = Common &
  (
    | { readonly type: 'phase-start'; readonly phase: Phase; readonly repository?: string }
    | {
        readonly type: 'phase-end';
        readonly phase: Phase;
        readonly repository?: string;
        readonly status: 'ok' | 'failed';
        readonly durationMs: number;
      }
    | {
        readonly type: 'database-start';
        readonly database: DatabaseRef;
        readonly repository: string;
        /** About how many bytes will come, where that can be known. */
        readonly expectedBytes?: number;
      }
    | {
        readonly type: 'database-progress';
        readonly database: DatabaseRef;
        readonly repository: string;
        /** Bytes so far; at most ten of these events a second for a database. */
        readonly bytes: number;
        readonly expectedBytes?: number;
      }
    | {
        readonly type: 'database-end';
        readonly database: DatabaseRef;
        readonly repository: string;
        readonly status: 'ok' | 'failed' | 'skipped';
        /** Bytes as last seen; the report has the exact size. */
        readonly bytes: number;
        readonly durationMs: number;
        readonly error?: SerialisedError;
      }
    | { readonly type: 'warning'; readonly message: string; readonly database?: DatabaseRef }
  );

/** An event as it is before verb and time are set. */
export type EventBody = Event extends infer E ? (E extends unknown ? Omit<E, 'verb' | 'time'> : never) : never;
