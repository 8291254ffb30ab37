import { BackupError, type CheckResult, type HookContext } from '@dumpstream/core';
import { checkCluster, clusterFormat } from './cluster.ts';
import { compressionArgs, dumpOptions, needsNewClient } from './dump-options.ts';
import type { DumpJob, LoadJob } from './entry.ts';
import { findLoader } from './load.ts';
import { loadOptions, psqlOptions, refuseSelecting } from './load-options.ts';
import { reserve } from './maintenance.ts';
import { dumpFormat } from './meta.ts';
import { refuseObstacles } from './obstacles.ts';
import { probe, probeTarget, type Source } from './probe.ts';
import { refuseLacking, warnOfLacking } from './rights.ts';
import { refuseWithoutRoom } from './room.ts';
import { type Client, findClient, refuseNewerServer } from './versions.ts';

/** What a dump needs, as the check has found it. */
export interface Checked {
  readonly source: Source;
  readonly client: Client;
}

/** Whether the database can be dumped. */
export async function checkDump(job: DumpJob, context: HookContext): Promise<CheckResult & Checked> {
  const { entry } = job;
  const options = dumpOptions(entry);
  compressionArgs(entry);
  const source = await probe(job, context);
  const client = await findClient('pg_dump', entry, source, context);
  refuseNewerServer(client, source);
  if (needsNewClient(entry) && client.major !== undefined && client.major < 16) {
    throw new BackupError(
      'VERSION_UNSUPPORTED',
      `pg_dump ${client.version} has no \`compression\` of that kind: ${entry.compression}`,
      { hint: 'PostgreSQL 16 brought other methods than gzip: install its client, or leave `compression` out' },
    );
  }
  refuseLacking(entry, options, source);
  warnOfLacking(entry, options, source, context);
  return { expectedBytes: Math.max(0, source.bytes ?? 0), source, client };
}

/** Whether the dump can be restored where it is to go. */
export async function checkRestore(job: LoadJob, context: HookContext): Promise<CheckResult> {
  const { entry, meta, strategy } = job;
  if (meta.format === clusterFormat) return checkCluster(job, context);
  const format = dumpFormat(meta);
  loadOptions(entry, format);
  psqlOptions('analyze_options', entry);
  const target = await probeTarget(job, context);
  await findLoader(job, target, context);
  const { present } = target;
  if (strategy === 'swap' && present !== undefined) refuseSelecting(entry, format);
  const creates = strategy === 'swap' || present === undefined;
  if (creates && !target.mayCreate) {
    throw new BackupError('PERMISSION_MISSING', `the role '${target.user}' may not create databases`, {
      hint:
        present === undefined
          ? 'give it CREATEDB, or create the database and restore with the strategy in-place'
          : 'give it CREATEDB, or restore with the strategy in-place',
    });
  }
  if (!target.superuser && present?.owns === false) {
    throw new BackupError(
      'PERMISSION_MISSING',
      `the role '${target.user}' may not replace the database '${entry.name}', which belongs to '${present.owner}'`,
      { hint: 'connect as its owner, as a member of its owner or as a superuser' },
    );
  }
  refuseObstacles(entry.name, present?.obstacles ?? {});
  if (strategy === 'swap') await refuseWithoutRoom(job, target);
  await reserve(entry, target, context);
  if (format === 'plain' && entry.no_owner && meta.no_owner !== 'true') {
    return {
      warnings: [`the plain dump of '${entry.name}' gives what it makes to its owners: \`no_owner\` comes too late`],
    };
  }
  return {};
}
