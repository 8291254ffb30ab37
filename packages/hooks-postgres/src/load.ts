import type { Command, DumpSource, HookContext, Meta } from '@dumpstream/core';
import { type Load, load, loadInPlace, type ServerTraits } from './commands.ts';
import type { Entry, LoadJob } from './entry.ts';
import { dumpFormat } from './meta.ts';
import { parallelJobs } from './parallel-jobs.ts';
import type { Program } from './programs.ts';

/**
 * A plain dump that was made with --clean begins by dropping what is there. Of views that depend on what comes after
 * them it makes empty ones first, which fails where there is nothing yet.
 */
const withoutStandIns: Command = {
  file: 'sed',
  args: ['-e', '1,/^-- Name: /{', '-e', '/^CREATE OR REPLACE VIEW /,/;$/d', '-e', '}'],
  env: { LC_ALL: 'C' },
};

export interface Loading {
  readonly job: LoadJob;
  /** That reads the dump's format. */
  readonly program: Program;
  readonly id: string;
  readonly traits: ServerTraits;
}

/** Loads a dump, of whatever format, into an empty database. */
export function loadInto(database: string, loading: Loading, source: DumpSource, context: HookContext): Promise<void> {
  const filter = loading.job.meta.cleans === 'true' ? withoutStandIns : undefined;
  return feed(loading, (job) => load(job, database), filter, source, context);
}

/** Replaces the content of the live database by a dump, of whatever format. */
export function replaceContent(loading: Loading, source: DumpSource, context: HookContext): Promise<void> {
  const cleans = loading.job.meta.cleans === 'true';
  return feed(loading, (job) => loadInPlace(job, cleans), undefined, source, context);
}

async function feed(
  { job: { entry, meta }, program, id, traits }: Loading,
  commandOf: (job: Load) => Command,
  filter: Command | undefined,
  source: DumpSource,
  context: HookContext,
): Promise<void> {
  const format = dumpFormat(meta);
  const job: Load = { program, entry, format, id, traits, noOwner: ignoresOwners(entry, meta) };
  if (format !== 'directory')
    return filter === undefined ? source.into(commandOf(job)) : source.into(filter, commandOf(job));
  return source.directory((path) => context.run(commandOf({ ...job, directory: { path, jobs: parallelJobs() } })));
}

/** Whether what is restored belongs to the account that restores it, not to the owners of the time of the dump. */
export function ignoresOwners(entry: Entry, meta: Meta): boolean {
  return entry.no_owner ?? meta.no_owner === 'true';
}
