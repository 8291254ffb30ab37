import { hostname } from 'node:os';
import type { Call } from './call.ts';
import type { Meta } from './hook.ts';
import type { DatabaseJob } from './job.ts';
import type { Manifest, ManifestDatabase } from './manifest.ts';
import { version } from './version.ts';

/** The manifest of a run, as text. */
export function formatManifest(
  call: Call,
  dumps: ReadonlyMap<DatabaseJob, { readonly meta: Meta }>,
  failed: readonly DatabaseJob[],
): string {
  const manifest: Manifest = {
    dumpstream: 1,
    version,
    host: hostname(),
    startedAt: call.startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    databases: [
      ...[...dumps].map(([job, { meta }]) => entryOf(job, 'ok', meta)),
      ...failed.map((job) => entryOf(job, 'failed', { format: '' })),
    ],
  };
  return JSON.stringify(manifest, null, 2);
}

/** The connection without its password. */
function entryOf({ ref, path, entry }: DatabaseJob, status: 'ok' | 'failed', meta: Meta): ManifestDatabase {
  return { ...ref, ...(typeof entry.username === 'string' ? { username: entry.username } : {}), status, path, meta };
}
