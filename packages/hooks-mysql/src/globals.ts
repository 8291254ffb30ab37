import {
  BackupError,
  type CheckResult,
  type DumpSink,
  type DumpSource,
  type HookContext,
  type Meta,
} from '@dumpstream/core';
import { readAccounts } from './accounts.ts';
import { script, text } from './commands.ts';
import { requireRights } from './dump-rights.ts';
import type { DumpJob, LoadJob } from './entry.ts';
import { type FamilyName, families } from './families.ts';
import { createdIn, globalsSql } from './globals-sql.ts';
import { globalsMeta } from './meta.ts';
import { grantee, readObjectGrants } from './object-grants.ts';
import { findClient } from './programs.ts';
import { may } from './rights.ts';
import { readSurroundings } from './surroundings.ts';

/** What it takes to read, and to make, accounts and grants. */
export async function checkGlobals(
  family: FamilyName,
  job: DumpJob | LoadJob,
  context: HookContext,
): Promise<CheckResult> {
  const { entry } = job;
  const restoring = 'meta' in job;
  const client = await findClient(family, entry, restoring ? 'restore' : 'backup', context);
  const { server, rights } = await readSurroundings(client, entry, context);
  const missing = [
    ...(may(rights, 'SELECT', 'mysql') ? [] : ['SELECT on mysql.*']),
    ...(restoring
      ? ['CREATE USER', 'GRANT OPTION'].filter((each) => !may(rights, each)).map((each) => `${each} on *.*`)
      : []),
  ];
  requireRights(rights, missing, `${restoring ? 'make' : 'read'} accounts and grants`);
  if (restoring && job.meta.serverFamily !== server.family) {
    throw new BackupError(
      'VERSION_UNSUPPORTED',
      `accounts and grants of ${families[server.family === 'mysql' ? 'mariadb' : 'mysql'].title} are in words that ${families[server.family].title} does not know`,
      { hint: 'restore the databases alone, and make the accounts by hand' },
    );
  }
  return {};
}

/** Accounts, roles and grants, as SQL. */
export async function dumpGlobals(
  family: FamilyName,
  { entry }: DumpJob,
  sink: DumpSink,
  context: HookContext,
): Promise<Meta> {
  const client = await findClient(family, entry, 'backup', context);
  const { server } = await readSurroundings(client, entry, context);
  const accounts = await readAccounts(client, entry, server.family, context);
  const grants = await readObjectGrants(client, entry, undefined, context);
  await sink.from(text(globalsSql(accounts, grants)));
  return globalsMeta(client, server, entry);
}

/** Adds what is missing. There is nothing to swap: what exists is not taken away. */
export async function restoreGlobals(
  family: FamilyName,
  { entry }: LoadJob,
  source: DumpSource,
  context: HookContext,
): Promise<void> {
  const client = await findClient(family, entry, 'restore', context);
  const { server } = await readSurroundings(client, entry, context);
  const parts: Uint8Array[] = [];
  for await (const part of source.read()) parts.push(part);
  const globals = Buffer.concat(parts).toString('utf8');

  const before = await readAccounts(client, entry, server.family, context);
  const known = new Set(before.map(({ user, host }) => grantee(user, host)));
  await context.run(script(client, entry, globals));
  const kept = createdIn(globals).filter((account) => known.has(account));
  if (kept.length > 0) context.warn(`these accounts existed already, and keep their passwords: ${kept.join(', ')}`);
}
