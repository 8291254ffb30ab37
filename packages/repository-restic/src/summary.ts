import { BackupError } from '@dumpstream/core';

/** What `restic backup --json` says in the end. */
export interface Summary {
  /** The snapshot's id; its first eight digits before restic 0.16. */
  readonly snapshot: string;
  readonly originalBytes: number;
  /** By which the repository has grown, about; before restic 0.17 without compression. */
  readonly addedBytes: number;
}

export function parseSummary(stdout: string, repository: string): Summary {
  for (const line of stdout.split('\n').reverse()) {
    if (!line.startsWith('{')) continue;
    const { message_type: type, ...said } = JSON.parse(line) as Record<string, unknown>;
    if (type !== 'summary' || typeof said.snapshot_id !== 'string') continue;
    return {
      snapshot: said.snapshot_id,
      originalBytes: Number(said.total_bytes_processed ?? 0),
      addedBytes: Number(said.data_added_packed ?? said.data_added ?? 0),
    };
  }
  throw new BackupError('REPOSITORY_FAILED', `restic backup said nothing of a snapshot in ${repository}`, {
    repository,
  });
}
