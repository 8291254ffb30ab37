import { BackupError, type HookContext } from '@dumpstream/core';
import { psql, type ServerTraits } from './commands.ts';
import { maintenanceDatabase } from './connection.ts';
import type { DumpJob, Entry, LoadJob } from './entry.ts';
import type { Obstacles } from './obstacles.ts';
import { probeSource, probeTarget } from './sql/probe.ts';
import { script } from './sql/script.ts';

interface Probe extends ServerTraits {
  readonly client: string;
  readonly clientMajor: number;
  readonly server: string;
  readonly serverMajor: number;
}

export interface Source extends Probe {
  readonly bytes: number;
  readonly properties: Readonly<Record<string, string>>;
}

export interface Target extends Probe {
  readonly user: string;
  readonly superuser: boolean;
  readonly mayCreate: boolean;
  readonly exists: boolean;
  readonly owner: string | null;
  readonly owns: boolean;
  readonly obstacles: Obstacles;
}

/** What is to be dumped, seen from inside. */
export async function probe(job: DumpJob, context: HookContext): Promise<Source> {
  refuseLongName(job.entry);
  return JSON.parse(await context.run(psql(job.entry, job.entry.name, 'check', script({}, probeSource)))) as Source;
}

/** Where a dump is to be restored, seen from the database beside it. */
export async function probeBeside(job: LoadJob, context: HookContext): Promise<Target> {
  const { entry, strategy, endSessions } = job;
  refuseLongName(entry);
  const input = script({ live: entry.name, in_place: strategy === 'in-place', end_sessions: endSessions }, probeTarget);
  return JSON.parse(await context.run(psql(entry, maintenanceDatabase(entry.name), 'check', input))) as Target;
}

/** The server would cut it, and another database might have what is left of it for its name. */
function refuseLongName({ name }: Entry): void {
  if (Buffer.byteLength(name) > 63) {
    throw new BackupError('CONFIG_INVALID', `the database name '${name}' is longer than 63 bytes`, {
      hint: 'PostgreSQL has no such names; give the one that the database really has',
    });
  }
}
