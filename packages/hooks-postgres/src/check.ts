import { BackupError, type CheckResult, type HookContext } from '@dumpstream/core';
import { dumpOptions } from './dump-options.ts';
import type { DumpJob, LoadJob } from './entry.ts';
import { dumpFormat } from './meta.ts';
import { refuseObstacles } from './obstacles.ts';
import { probe, probeBeside, type Source } from './probe.ts';

/** Whether the database can be dumped. */
export async function checkDump(
  job: DumpJob,
  context: HookContext,
): Promise<CheckResult & { readonly source: Source }> {
  dumpOptions(job.entry.options ?? '', job.entry.format ?? 'custom');
  const source = await probe(job, context);
  if (source.clientMajor < source.serverMajor) {
    throw new BackupError(
      'VERSION_UNSUPPORTED',
      `the client, PostgreSQL ${source.client}, is older than the server, ${source.server}`,
      { hint: `pg_dump refuses newer servers: install the client of PostgreSQL ${source.serverMajor} or later` },
    );
  }
  return { expectedBytes: Math.max(0, source.bytes), source };
}

/** Whether the dump can be restored where it is to go. */
export async function checkRestore(job: LoadJob, context: HookContext): Promise<CheckResult> {
  const { entry, meta, strategy } = job;
  dumpFormat(meta);
  const target = await probeBeside(job, context);
  const { server_version: dumped = '' } = meta;
  if (Number.parseInt(dumped, 10) > target.serverMajor) {
    throw new BackupError(
      'VERSION_UNSUPPORTED',
      `the dump is of PostgreSQL ${dumped}, the server is ${target.server}`,
      { hint: 'a dump can be restored into servers of its own version and later ones' },
    );
  }
  const creates = strategy === 'swap' || !target.exists;
  if (creates && !target.mayCreate) {
    throw new BackupError('PERMISSION_MISSING', `the role '${target.user}' may not create databases`, {
      hint: target.exists
        ? 'give it CREATEDB, or restore with the strategy in-place'
        : 'give it CREATEDB, or create the database and restore with the strategy in-place',
    });
  }
  if (!target.superuser && !target.owns) {
    throw new BackupError(
      'PERMISSION_MISSING',
      `the role '${target.user}' may not replace the database '${entry.name}', which belongs to '${target.owner}'`,
      { hint: 'connect as its owner, as a member of its owner or as a superuser' },
    );
  }
  refuseObstacles(entry.name, target.obstacles);
  return {};
}
