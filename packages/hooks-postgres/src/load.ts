import { availableParallelism } from 'node:os';
import type { Command, DumpSource, HookContext, Meta } from '@dumpstream/core';
import { type Load, load, loadInPlace, type ServerTraits } from './commands.ts';
import type { Entry, LoadJob } from './entry.ts';
import { dumpFormat } from './meta.ts';
import type { Program } from './programs.ts';

export interface Loading {
  readonly job: LoadJob;
  /** That reads the dump's format. */
  readonly program: Program;
  readonly id: string;
  readonly traits: ServerTraits;
}

/** Loads a dump, of whatever format, into an empty database. */
export function loadInto(database: string, loading: Loading, source: DumpSource, context: HookContext): Promise<void> {
  return feed(loading, (job) => load(job, database), source, context);
}

/** Replaces the content of the live database by a dump, of whatever format. */
export function replaceContent(loading: Loading, source: DumpSource, context: HookContext): Promise<void> {
  const cleans = loading.job.meta.cleans === 'true';
  return feed(loading, (job) => loadInPlace(job, cleans), source, context);
}

async function feed(
  { job: { entry, meta }, program, id, traits }: Loading,
  commandOf: (job: Load) => Command,
  source: DumpSource,
  context: HookContext,
): Promise<void> {
  const format = dumpFormat(meta);
  const job: Load = { program, entry, format, id, traits, noOwner: ignoresOwners(entry, meta) };
  if (format !== 'directory') return source.into(commandOf(job));
  return source.directory((path) =>
    context.run(commandOf({ ...job, directory: { path, jobs: availableParallelism() } })),
  );
}

/** Whether what is restored belongs to the account that restores it, not to the owners of the time of the dump. */
export function ignoresOwners(entry: Entry, meta: Meta): boolean {
  return entry.no_owner ?? meta.no_owner === 'true';
}
