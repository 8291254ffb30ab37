import { BackupError, type HookContext } from '@dumpstream/core';
import type { Entry } from './entry.ts';
import type { Probe } from './probe.ts';
import { type Program, type ProgramName, programFor } from './programs.ts';

/** A program that fits a server, and its version as far as it is known. */
export interface Client {
  readonly program: Program;
  readonly major: number | undefined;
  readonly version: string | undefined;
}

/**
 * The program with which to work on the server that was asked by psql.
 * @param atLeast major version that it should have, if that is later than the server's
 * @throws BackupError `COMMAND_MISSING`
 */
export async function findClient(
  name: ProgramName,
  entry: Entry,
  server: Probe,
  context: HookContext,
  atLeast = 0,
): Promise<Client> {
  const program = await programFor(context, name, entry, Math.max(server.serverMajor, atLeast));
  if (program.major === 'unknown') return { program, major: undefined, version: undefined };
  if (program.major !== undefined && program.major !== server.clientMajor) {
    return { program, major: program.major, version: String(program.major) };
  }
  // What lies in no directory of a version comes with its psql, unless that comes from somewhere else.
  const psql = await programFor(context, 'psql', entry);
  const known = program.major !== undefined || psql.major !== 'unknown';
  return known
    ? { program, major: server.clientMajor, version: server.client }
    : { program, major: undefined, version: undefined };
}

/**
 * That a client can dump a server: pg_dump refuses one that is newer than itself.
 * @throws BackupError `VERSION_UNSUPPORTED` naming both
 */
export function refuseNewerServer({ major, version }: Client, { server, serverMajor }: Probe): void {
  if (major === undefined || major >= serverMajor) return;
  throw new BackupError(
    'VERSION_UNSUPPORTED',
    `the client, PostgreSQL ${version}, is older than the server, ${server}`,
    { hint: `pg_dump refuses newer servers: install the client of PostgreSQL ${serverMajor} or later` },
  );
}

/**
 * That a dump can be restored into a server by a client.
 * @param dump versions of server and client that made it, as far as its archive tells
 * @throws BackupError `VERSION_UNSUPPORTED` naming both
 */
export function refuseNewerDump(
  dump: { readonly server_version?: string; readonly client_version?: string; readonly format: string },
  client: Client,
  { server, serverMajor }: Probe,
): void {
  if (majorOf(dump.server_version) > serverMajor) {
    throw new BackupError(
      'VERSION_UNSUPPORTED',
      `the dump is of PostgreSQL ${dump.server_version}, the server is ${server}`,
      { hint: 'a dump can be restored into servers of its own version and later ones' },
    );
  }
  if (dump.format === 'plain' || client.major === undefined) return;
  if (archiveForm(majorOf(dump.client_version)) > archiveForm(client.major)) {
    throw new BackupError(
      'VERSION_UNSUPPORTED',
      `the dump was made by pg_dump ${dump.client_version}, which pg_restore ${client.version} cannot read`,
      { hint: `install the client of PostgreSQL ${majorOf(dump.client_version)} or later` },
    );
  }
}

/** @returns 0 where it is not known */
export function majorOf(version: string | undefined): number {
  return Number.parseInt(version ?? '', 10) || 0;
}

/** The form of pg_dump's archives has changed with these versions. */
function archiveForm(major: number): number {
  return [12, 16, 17].findLast((since) => since <= major) ?? 0;
}
