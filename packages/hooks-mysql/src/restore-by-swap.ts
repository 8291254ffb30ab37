import { randomBytes } from 'node:crypto';
import { BackupError, type DumpSource, type HookContext } from '@dumpstream/core';
import { read, sqlOf } from './ask.ts';
import { query } from './commands.ts';
import { movableDefinitions } from './definitions.ts';
import type { Entry, LoadJob } from './entry.ts';
import { type Facts, factsOf } from './facts.ts';
import type { FamilyName } from './families.ts';
import { onlyIf } from './globals-sql.ts';
import { loadFresh } from './load-fresh.ts';
import { createMarker, markDone, markerTable, markSwitching, type SwitchPlan } from './marker.ts';
import { defaultsIn, leftOutOf } from './meta.ts';
import { grantStatement, objectExists, readObjectGrants } from './object-grants.ts';
import type { Program } from './programs.ts';
import { scratchOf } from './scratch.ts';
import { retargetedDefaults } from './sequences.ts';
import { clearOwn, run, type Settling, undoOwn } from './settle.ts';
import { identifier, inOnePiece } from './sql.ts';
import { droppedFirst, movableTables, probe, switchOver } from './switch.ts';

/**
 * Loads the dump into a database of its own, and when that has succeeded moves its tables into the place of the live ones, in one
 * step. What fails before leaves the live database alone; what fails after is undone.
 */
export async function restoreBySwap(
  family: FamilyName,
  job: LoadJob,
  client: Program,
  facts: Facts,
  source: DumpSource,
  context: HookContext,
): Promise<void> {
  const { entry, meta } = job;
  const id = randomBytes(8).toString('hex');
  const scratch = scratchOf(entry.name, facts.server);
  const settling: Settling = { client, entry, scratch, galera: facts.server.galera };

  const table = markerTable(id);
  let done = false;
  context.defer((later) => (done ? clearOwn : undoOwn)(settling, table, later));
  await run(
    settling,
    `CREATE DATABASE ${identifier(scratch.aside)} CHARACTER SET utf8mb4;
${createMarker(scratch, id)}CREATE DATABASE ${identifier(scratch.fresh)} ${defaultsIn(meta)};
`,
    context,
  );
  const own = { ...settling, marker: table };
  const definitions = await loadFresh(family, job, own, facts, source, context);
  const after = `${definitions}${await retargetedDefaults(client, entry, job.item.name, scratch.fresh, context)}`;

  const questions = [factsOf(entry.name), factsOf(scratch.fresh)] as const;
  const [live, fresh] = read(questions, await run(own, sqlOf(questions), context, query));
  // Whoever was clearing all away can have been killed before he came to the marker.
  if (fresh.database === undefined) {
    throw new BackupError('RESTORE_FAILED', `${scratch.fresh}, where the dump was loaded, is gone`, {
      hint: 'another restore of this database has begun: wait for its end',
    });
  }
  const before = await movableDefinitions(family, entry, live, context);
  const plan: SwitchPlan = {
    database: entry.name,
    created: live.database === undefined,
    dropped: droppedFirst(live, fresh),
    arriving: movableTables(fresh).length,
    leftOut: leftOutOf(meta),
    defaultsBefore: live.database === undefined ? '' : defaultsIn({ format: 'sql', ...live.database }),
    defaultsAfter: defaultsIn(meta),
    grants: await routineGrants(client, entry, live, context),
  };
  await run(
    own,
    [
      probe(entry.name, live),
      markSwitching(scratch, { table, plan, before, after }),
      inOnePiece(`${switchOver({ plan, scratch, live, fresh, before, after })}${markDone(scratch, table)}`),
    ].join(''),
    context,
  );
  done = true;
}

/** What accounts may do with the routines: it goes when they are dropped. */
async function routineGrants(client: Program, entry: Entry, live: Facts, context: HookContext): Promise<string> {
  if (live.routines.length === 0) return '';
  const grants = (await readObjectGrants(client, entry, entry.name, context)).filter(({ type }) => type !== 'TABLE');
  return grants
    .flatMap((grant) => onlyIf(objectExists(grant), grantStatement(grant)))
    .map((statement) => `${statement};\n`)
    .join('');
}
