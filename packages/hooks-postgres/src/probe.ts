import { BackupError, type Command, type HookContext } from '@dumpstream/core';
import { psql, type ServerTraits } from './commands.ts';
import { maintenanceDatabases } from './connection.ts';
import { dumpOptions } from './dump-options.ts';
import type { DumpJob, Entry, LoadJob } from './entry.ts';
import type { Obstacles } from './obstacles.ts';
import { programFor } from './programs.ts';
import type { Lacking } from './rights.ts';
import * as sql from './sql/probe.ts';
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

/** What is to be dumped. */
export interface Source extends Probe, Content {
  readonly lacking: Lacking;
}

interface Content {
  /** Null where the account may not know. */
  readonly bytes: number | null;
  readonly properties: Readonly<Record<string, string>>;
}

/** A server whose databases are to be dumped. */
export interface Server extends Probe {
  /** Whether the passwords of all roles may be read. */
  readonly passwords: boolean;
  readonly mayCreateRoles: boolean;
  readonly databases: readonly Database[];
  /** By name, those of which all is known that a dump needs: the account lacks nothing in them. */
  readonly dumpable: Readonly<Record<string, Content>>;
}

export interface Database {
  readonly name: string;
  readonly template: boolean;
  readonly open: boolean;
  readonly permitted: boolean;
}

/** A server on which databases are to be replaced. */
export interface Targets extends Probe {
  readonly superuser: boolean;
  readonly mayCreate: boolean;
  /** Where it has its data, on this host; null where that cannot be known. */
  readonly directory: string | null;
  readonly databases: Readonly<Record<string, Present>>;
}

interface Present {
  readonly owner: string;
  readonly owns: boolean;
  /** Whether it is in another place than the server's own data. */
  readonly inTablespace: boolean;
  readonly obstacles: Obstacles;
}

/** What is to be replaced; undefined where there is nothing yet. */
export interface Target extends Targets {
  readonly present: Present | undefined;
}

/** What is to be dumped: seen from beside it, as far as that tells all; else from inside. */
export async function probe({ entry }: DumpJob, context: HookContext): Promise<Source> {
  refuseLongName(entry);
  const server = await probeServer(entry, context).catch(() => undefined);
  const content = server === undefined ? undefined : of(server.dumpable, entry.name);
  if (server !== undefined && content !== undefined) return { ...server, ...content, lacking: {} };
  const program = await programFor(context, 'psql', entry);
  const input = script({ role: dumpOptions(entry).role ?? '' }, sql.probeSource);
  return answerOf<Source>(await context.run(psql(program, entry, entry.name, 'check', input)));
}

/**
 * The server whose databases are to be dumped, as the role sees it that works in the account's place.
 * @param listOptions for the psql that asks
 */
export function probeServer(entry: Entry, context: HookContext, listOptions?: readonly string[]): Promise<Server> {
  const role = dumpOptions(entry).role ?? '';
  return askBeside<Server>(entry, script({ role }, sql.probeServer), context, listOptions);
}

/** Where a dump is to be restored, as it was when the call first looked. */
export async function probeTarget(job: LoadJob, context: HookContext): Promise<Target> {
  refuseLongName(job.entry);
  const targets = await probeTargets(job, context);
  return { ...targets, present: of(targets.databases, job.entry.name) };
}

/** The server with all databases that could be replaced, as it was when the call first looked. */
export function probeTargets({ entry, strategy, endSessions }: LoadJob, context: HookContext): Promise<Targets> {
  const variables = { in_place: strategy === 'in-place', end_sessions: endSessions };
  const input = script(variables, sql.probeTargets);
  // The error of who asks alone names the database.
  const alone: HookContext = { ...context, once: (_, make) => make(context) };
  return askBeside<Targets>(entry, input, context).catch(() => askBeside<Targets>(entry, input, alone));
}

function of<T>(databases: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(databases, name) ? databases[name] : undefined;
}

/**
 * Runs a script whose last output is one JSON value, in a database that every server has: once in a call.
 * @throws BackupError `CONNECTION_FAILED`, …
 */
async function askBeside<T>(
  entry: Entry,
  input: string,
  context: HookContext,
  options: readonly string[] = [],
): Promise<T> {
  const program = await programFor(context, 'psql', entry);
  const commands = maintenanceDatabases().map((database) => psql(program, entry, database, 'check', input, options));
  return context.once(JSON.stringify(commands), ({ run }) => askFirst<T>(commands, run));
}

/** The answer of the first of them whose database is there. */
async function askFirst<T>([first, ...others]: readonly Command[], run: HookContext['run']): Promise<T> {
  if (first === undefined) throw new BackupError('DATABASE_NOT_FOUND', 'the server has no database to work from');
  try {
    return answerOf<T>(await run(first));
  } catch (error) {
    const isMissing = error instanceof BackupError && error.code === 'DATABASE_NOT_FOUND';
    if (!isMissing || others.length === 0) throw error;
    return askFirst<T>(others, run);
  }
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
