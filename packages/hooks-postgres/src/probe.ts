import { BackupError, type HookContext } from '@dumpstream/core';
import { psql, type ServerTraits } from './commands.ts';
import { maintenanceDatabases } from './connection.ts';
import { dumpOptions } from './dump-options.ts';
import type { DumpJob, Entry, LoadJob } from './entry.ts';
import type { Obstacles } from './obstacles.ts';
import { findProgram } from './programs.ts';
import type { Lacking } from './rights.ts';
import { probeCluster, probeGlobals, probeSource, probeTarget } from './sql/probe.ts';
import { script } from './sql/script.ts';

export interface Probe extends ServerTraits {
  /** Version of psql. */
  readonly client: string;
  readonly clientMajor: number;
  readonly server: string;
  readonly serverMajor: number;
  readonly user: string;
  /** From which it was seen. */
  readonly database: string;
}

export interface Source extends Probe {
  readonly bytes: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly lacking: Lacking;
}

export interface Globals extends Probe {
  /** Whether the passwords of all roles may be read. */
  readonly passwords: boolean;
  readonly mayCreateRoles: boolean;
}

export interface Target extends Probe {
  readonly superuser: boolean;
  readonly mayCreate: boolean;
  readonly exists: boolean;
  readonly owner: string | null;
  readonly owns: boolean;
  readonly obstacles: Obstacles;
}

export interface Cluster extends Probe {
  readonly superuser: boolean;
  /** By database. */
  readonly obstacles: Readonly<Record<string, Obstacles>>;
}

/** What is to be dumped, seen from inside. */
export async function probe({ entry }: DumpJob, context: HookContext): Promise<Source> {
  refuseLongName(entry);
  return ask<Source>(entry, entry.name, script({ role: dumpOptions(entry).role ?? '' }, probeSource), context);
}

/**
 * The server whose roles and tablespaces are to be dumped or restored.
 * @param role that works in the account's place
 */
export async function probeServer(entry: Entry, role: string | undefined, context: HookContext): Promise<Globals> {
  return askBeside<Globals>(entry, undefined, script({ role: role ?? '' }, probeGlobals), context);
}

/** Where a dump is to be restored, seen from the database beside it. */
export async function probeBeside(job: LoadJob, context: HookContext): Promise<Target> {
  const { entry, strategy, endSessions } = job;
  refuseLongName(entry);
  const variables = { live: entry.name, in_place: strategy === 'in-place', end_sessions: endSessions };
  return askBeside<Target>(entry, entry.name, script(variables, probeTarget), context);
}

/** The server, all of whose databases are to be replaced. */
export async function probeAll({ entry, endSessions }: LoadJob, context: HookContext): Promise<Cluster> {
  const input = script({ in_place: false, end_sessions: endSessions }, probeCluster);
  return askBeside<Cluster>(entry, undefined, input, context);
}

/**
 * Runs a script whose last output is one JSON value, in a database beside the target.
 * @throws BackupError `CONNECTION_FAILED` when there is none
 */
export async function askBeside<T>(
  entry: Entry,
  target: string | undefined,
  input: string,
  context: HookContext,
  options: readonly string[] = [],
): Promise<T> {
  const databases = maintenanceDatabases(target);
  for (const database of databases) {
    try {
      return await ask<T>(entry, database, input, context, options);
    } catch (error) {
      const isMissing = error instanceof BackupError && error.code === 'DATABASE_NOT_FOUND';
      if (!isMissing || database === databases.at(-1)) throw error;
    }
  }
  throw new BackupError('DATABASE_NOT_FOUND', `the server has neither ${databases.join(' nor ')}`);
}

async function ask<T>(
  entry: Entry,
  database: string,
  input: string,
  context: HookContext,
  options: readonly string[] = [],
): Promise<T> {
  const program = await findProgram('psql', entry);
  return answerOf<T>(await context.run(psql(program, entry, database, 'check', input, options)));
}

/** @throws BackupError `CONNECTION_FAILED` when a client has printed something else than what it was asked for */
export function answerOf<T>(output: string): T {
  try {
    return JSON.parse(output) as T;
  } catch (cause) {
    throw new BackupError(
      'CONNECTION_FAILED',
      `psql ended well and did not answer${output === '' ? '' : ' properly'}`,
      {
        cause,
        hint: 'if `psql_command` runs it in a container, its standard input has to reach it: `docker exec -i …`',
      },
    );
  }
}

/** The server would cut it, and another database might have what is left of it for its name. */
function refuseLongName({ name }: Entry): void {
  if (Buffer.byteLength(name) > 63) {
    throw new BackupError('CONFIG_INVALID', `the database name '${name}' is longer than 63 bytes`, {
      hint: 'PostgreSQL has no such names; give the one that the database really has',
    });
  }
}
