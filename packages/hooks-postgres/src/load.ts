import type { DumpSource, HookContext, Meta } from '@dumpstream/core';
import type { Entry, LoadJob } from './entry.ts';
import { type Load, loadDirectory, loadStream } from './load-commands.ts';
import { dumpFormat } from './meta.ts';
import { parallelJobs } from './parallel-jobs.ts';
import type { Target } from './probe.ts';
import { programFor } from './programs.ts';
import { type Client, findClient, majorOf, refuseNewerDump } from './versions.ts';

/**
 * The program that reads a dump's format.
 * @throws BackupError `COMMAND_MISSING`, `VERSION_UNSUPPORTED`
 */
export async function findLoader({ entry, meta }: LoadJob, target: Target, context: HookContext): Promise<Client> {
  const name = dumpFormat(meta) === 'plain' ? 'psql' : 'pg_restore';
  const client = await findClient(name, entry, target, context, majorOf(meta.client_version));
  refuseNewerDump(meta, client, target);
  return client;
}

/** What a restore's programs have to know. */
export interface Loading {
  readonly job: LoadJob;
  readonly client: Client;
  readonly target: Target;
  /** From which others are replaced. */
  readonly maintenance: string;
  readonly id: string;
}

/** Loads a dump, of whatever format, into an empty database. */
export async function loadInto(database: string, loading: Loading, source: DumpSource, context: HookContext) {
  await feed(await loadOf(loading, database, false, context), source, context);
}

/** Replaces the content of the live database by a dump, of whatever format. */
export async function replaceContent(loading: Loading, source: DumpSource, context: HookContext): Promise<void> {
  await feed(await loadOf(loading, loading.job.entry.name, true, context), source, context);
}

async function feed(load: Load, source: DumpSource, context: HookContext): Promise<void> {
  if (load.format !== 'directory') return source.into(...loadStream(load));
  return source.directory(async (path) => {
    for (const command of loadDirectory(load, { path, jobs: parallelJobs() })) await context.run(command);
  });
}

async function loadOf(
  { job, client, target, id }: Loading,
  database: string,
  inPlace: boolean,
  context: HookContext,
): Promise<Load> {
  const { entry, meta } = job;
  const format = dumpFormat(meta);
  const isPlain = format === 'plain';
  return {
    entry,
    database,
    format,
    psql: isPlain ? client.program : await programFor(context, 'psql', entry),
    ...(isPlain ? {} : { pgRestore: client.program }),
    id,
    traits: target,
    inPlace,
    noOwner: ignoresOwners(entry, meta),
    cleans: isPlain && meta.cleans === 'true',
    isNewer: mayBeNewer(isPlain ? majorOf(meta.client_version) : client.major, target),
  };
}

/** Whether a script of such a client sets what only PostgreSQL 17 and later knows, and the server does not. */
function mayBeNewer(clientMajor: number | undefined, { serverMajor }: Target): boolean {
  const isUnknown = clientMajor === undefined || clientMajor === 0;
  return serverMajor < 17 && (isUnknown || clientMajor >= 17);
}

/** Whether what is restored belongs to the account that restores it, not to the owners of the time of the dump. */
export function ignoresOwners(entry: Entry, meta: Meta): boolean {
  return entry.no_owner ?? meta.no_owner === 'true';
}
