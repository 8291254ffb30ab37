import type { DumpSource, HookContext } from '@dumpstream/core';
import { grantArchived } from './archived-grants.ts';
import type { LoadJob } from './entry.ts';
import type { FamilyName } from './families.ts';
import { restoreGlobals } from './globals.ts';
import { findClient } from './programs.ts';
import { restoreBySwap } from './restore-by-swap.ts';
import { restoreInPlace } from './restore-in-place.ts';
import { scratchOf } from './scratch.ts';
import { settleLeftovers } from './settle.ts';
import { readSurroundings } from './surroundings.ts';

/** Restores a database, or accounts and grants, after it has cleared away what an attempt has left that was killed. */
export async function restore(
  family: FamilyName,
  job: LoadJob,
  source: DumpSource,
  context: HookContext,
): Promise<void> {
  if (job.item.kind === 'globals') return restoreGlobals(family, job, source, context);
  const { item, entry, meta, strategy } = job;
  const client = await findClient(family, entry, 'restore', context);
  const { server } = await readSurroundings(client, entry, context);
  const settling = { client, entry, scratch: scratchOf(entry.name, server), galera: server.galera };
  const facts = await settleLeftovers(settling, context);
  // Its tables name sequences that have to be there first. There is nothing that could be lost.
  const direct = meta.namesSequences !== undefined && item.name === entry.name && facts.database === undefined;
  if (strategy === 'in-place' || direct) await restoreInPlace(job, client, facts, source, context);
  else await restoreBySwap(family, job, client, facts, source, context);
  // Else what accounts may do has stayed as it was.
  if (facts.database === undefined && item.name === entry.name) await grantArchived(client, entry, meta, context);
}
