import { type Call, elapsed } from './call.ts';
import { type BackupError, serialise } from './errors.ts';
import type { DatabaseJob } from './job.ts';
import type { BackupReport, DatabaseResult, RepositoryResult } from './report.ts';

/** What becomes of a backup's databases and repositories, as it becomes known. */
export class BackupRecord {
  readonly #call: Call;
  readonly #began = performance.now();
  readonly #databases = new Map<string, DatabaseResult>();
  readonly #repositories = new Map<string, RepositoryResult>();

  constructor(call: Call) {
    this.#call = call;
  }

  database({ path, ref }: DatabaseJob, status: DatabaseResult['status'], more: Partial<DatabaseResult> = {}): void {
    this.#databases.set(path, { ...ref, format: '', bytes: 0, durationMs: 0, ...more, status });
  }

  /** Exact sizes in place of those seen on the way. */
  sizes(bytes: ReadonlyMap<string, number>): void {
    for (const [path, result] of this.#databases) {
      this.#databases.set(path, { ...result, bytes: bytes.get(path) ?? result.bytes });
    }
  }

  repository(path: string, result: Partial<RepositoryResult>): void {
    const unknown = {
      repository: path,
      archive: '',
      status: 'skipped',
      originalBytes: 0,
      deduplicatedBytes: 0,
    } as const;
    this.#repositories.set(path, { ...unknown, ...this.#repositories.get(path), ...result });
  }

  failRepository(path: string, error: BackupError): void {
    this.repository(path, { status: 'failed', error: serialise(error) });
  }

  isOpen(repository: string): boolean {
    return this.#repositories.get(repository)?.status === 'skipped';
  }

  isStored(repository: string): boolean {
    return this.#repositories.get(repository)?.status === 'ok';
  }

  report(): BackupReport {
    return {
      databases: [...this.#databases.values()],
      repositories: [...this.#repositories.values()],
      warnings: [...this.#call.warnings],
      startedAt: this.#call.startedAt.toISOString(),
      durationMs: elapsed(this.#began),
    };
  }
}
