import { text } from 'node:stream/consumers';
import { BackupError, type CheckResult, type DumpSource, type HookContext, type Meta } from '@dumpstream/core';
import { dumpGlobals, psql } from './commands.ts';
import type { LoadJob } from './entry.ts';
import { type Plan, planGlobals } from './globals.ts';
import { newId } from './id.ts';
import { probeServer, type Server } from './probe.ts';
import { programFor } from './programs.ts';
import { createGlobals } from './sql/globals.ts';
import { script } from './sql/script.ts';
import { type Client, findClient, majorOf } from './versions.ts';

export async function checkRestoreGlobals(job: LoadJob, context: HookContext): Promise<CheckResult> {
  const { entry, meta } = job;
  refuseOtherFormat(meta);
  const server = await probeServer({ ...entry, options: '' }, context);
  await findDumpall(job, server, context);
  if (!server.mayCreateRoles) {
    throw new BackupError('PERMISSION_MISSING', `the role '${server.user}' may not create roles`, {
      hint: "connect as a superuser, give it CREATEROLE, or choose the databases alone: `databases: [{ kind: 'database' }]`",
    });
  }
  return {};
}

/**
 * Makes the roles, memberships and tablespaces that the server lacks, and changes none that is there. A tablespace
 * that cannot be made, since its directory is missing, is left out with a warning: databases then go to the default.
 */
export async function restoreGlobals(job: LoadJob, source: DumpSource, context: HookContext): Promise<void> {
  const { entry, meta } = job;
  refuseOtherFormat(meta);
  const archived = await text(source.read());
  const server = await probeServer({ ...entry, options: '' }, context);
  const client = await findDumpall(job, server, context);
  const id = newId();
  const present = await context.run(dumpGlobals(client.program, { ...entry, options: '' }, id, server.passwords));
  const plan = planFor(archived, present);
  const program = await programFor(context, 'psql', entry);
  const input = script({}, createGlobals(plan.roles, plan.tablespaces));
  const output = await context.run(psql(program, entry, server.database, id, input));
  for (const line of output.split('\n').filter((each) => each.startsWith('{'))) {
    const { index, error } = JSON.parse(line) as { readonly index: number; readonly error: string };
    context.warn(`the tablespace ${plan.tablespaces[index]?.name} could not be made: ${error}`);
  }
  warn(plan, meta, context);
}

function warn({ kept, roles }: Plan, meta: Meta, context: HookContext): void {
  if (kept.length > 0) {
    context.warn(`what exists already stays as it is, though the archive has it otherwise: ${kept.join(', ')}`);
  }
  if (meta.passwords === 'false' && roles.some((statement) => statement.startsWith('CREATE ROLE'))) {
    context.warn('the roles that were made have no passwords, since the archive has none');
  }
}

function planFor(archived: string, present: string): Plan {
  try {
    return planGlobals(archived, present);
  } catch (cause) {
    throw new BackupError('RESTORE_FAILED', 'what pg_dumpall wrote of the roles cannot be read', { cause });
  }
}

/** Of the archive's version, if that is not older than the server: both are then written in the same words. */
function findDumpall({ entry, meta }: LoadJob, server: Server, context: HookContext): Promise<Client> {
  return findClient('pg_dumpall', entry, server, context, majorOf(meta.client_version));
}

function refuseOtherFormat({ format }: Meta): void {
  if (format === 'globals') return;
  throw new BackupError('RESTORE_FAILED', `the format '${format}' of roles and tablespaces is not known`, {
    hint: 'known is globals',
  });
}
