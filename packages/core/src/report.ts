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
  /** Name of the archive; of one that failed, the name that it would have had. */
  readonly archive: string;
  /** Name of the archive of `source_directories`, where there are any. */
  readonly filesArchive?: string;
  readonly status: 'ok' | 'failed' | 'skipped';
  /** Bytes before compression, of the dumps and what goes with them. */
  readonly originalBytes: number;
  /** Bytes by which the repository grew. */
  readonly deduplicatedBytes: number;
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
