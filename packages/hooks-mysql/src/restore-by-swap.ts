import { randomBytes } from 'node:crypto';
import { BackupError, type DumpSource, type HookContext } from '@dumpstream/core';
import { load } from './commands.ts';
import { readDefinitions } from './definitions.ts';
import type { Entry, LoadJob } from './entry.ts';
import { type Facts, namesOf, readFacts } from './facts.ts';
import type { FamilyName } from './families.ts';
import { onlyIf } from './globals-sql.ts';
import { createMarker, markDone, markerTable, markSwitching, type SwitchPlan } from './marker.ts';
import { defaultsIn, leftOutOf } from './meta.ts';
import { grantStatement, objectExists, readObjectGrants } from './object-grants.ts';
import { findDumper, type Program } from './programs.ts';
import { through } from './restore-in-place.ts';
import { scratchOf } from './scratch.ts';
import { retargetedDefaults } from './sequences.ts';
import { endSessionsAfter, initCommand, newTag, writingSession } from './sessions.ts';
import { run, type Settling, settleOwn } from './settle.ts';
import { identifier } from './sql.ts';
import { dropTriggers, movableTables, moveIn, probe, redefine } from './switch.ts';
import { withThrowawayAccount } from './throwaway.ts';

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
  const inFresh = { ...entry, name: scratch.fresh };

  context.defer((later) => settleOwn(settling, markerTable(id), later));
  await run(
    settling,
    `CREATE DATABASE ${identifier(scratch.aside)} CHARACTER SET utf8mb4;
${createMarker(scratch, id)}CREATE DATABASE ${identifier(scratch.fresh)} ${defaultsIn(meta)};
`,
    context,
  );
  const after = await loadFresh(family, job, settling, facts, source, context);

  const live = await readFacts(client, entry, context);
  const fresh = await readFacts(client, inFresh, context);
  const before = await definitionsOf(family, entry, live, context);
  const plan: SwitchPlan = {
    database: entry.name,
    created: live.database === undefined,
    arriving: movableTables(fresh).length,
    leftOut: leftOutOf(meta),
    defaultsBefore: live.database === undefined ? '' : defaultsIn({ format: 'sql', ...live.database }),
    defaultsAfter: defaultsIn(meta),
    grants: await routineGrants(client, entry, live, context),
  };
  const table = markerTable(id);
  const retargeted = await retargetedDefaults(client, entry, job.item.name, scratch.fresh, context);
  await run(
    settling,
    [
      probe(entry.name, live),
      markSwitching(scratch, { table, plan, before, after }),
      moveIn(plan, scratch, live, fresh),
      redefine(plan, live, plan.defaultsAfter, after),
      retargeted,
      markDone(scratch, table),
    ].join(''),
    context,
  );
}

/** @returns the definitions of views, triggers, routines and events */
async function loadFresh(
  family: FamilyName,
  job: LoadJob,
  { client, entry, scratch, galera }: Settling,
  facts: Facts,
  source: DumpSource,
  context: HookContext,
): Promise<string> {
  const { meta, bytes } = job;
  const inFresh = { ...entry, name: scratch.fresh };
  const tag = galera ? undefined : newTag();
  const init = tag === undefined ? undefined : initCommand(tag, scratch.lock);
  const succeeded = tag === undefined ? () => {} : endSessionsAfter(context, client, entry, writingSession(tag));
  const definitionsBytes = Number(meta.definitionsBytes);
  if (Number.isSafeInteger(definitionsBytes) && definitionsBytes >= 0 && definitionsBytes <= bytes) {
    const after = await source.intoFirst(bytes - definitionsBytes, load(client, inFresh, init));
    succeeded();
    return after;
  }
  // What is in such a dump is not known: it could name the live database.
  const account = await withThrowawayAccount(client, entry, scratch, facts, context);
  const command = load(client, { ...account, name: scratch.fresh }, init);
  await source.into(...through(meta, command)).catch((error: unknown) => {
    if (!(error instanceof BackupError && error.code === 'PERMISSION_MISSING')) throw error;
    throw new BackupError('RESTORE_FAILED', `the dump does more than fill one database: ${error.message}`, {
      hint: 'so it cannot be loaded beside the live one: restore it with the strategy `in-place`',
      cause: error,
    });
  });
  succeeded();
  const fresh = await readFacts(client, inFresh, context);
  const after = await definitionsOf(family, inFresh, fresh, context);
  await context.run({ ...load(client, inFresh), input: dropTriggers(scratch.fresh, fresh) });
  return after;
}

async function definitionsOf(
  family: FamilyName,
  { options: _, routines: _r, events: _e, ...entry }: Entry,
  facts: Facts,
  context: HookContext,
): Promise<string> {
  const none =
    facts.triggers.length + facts.routines.length + facts.events.length + namesOf(facts, 'VIEW').length === 0;
  if (none) return '';
  const dumper = await findDumper(family, entry, context);
  const text = await readWhole(dumper, entry, facts, context);
  if (text !== undefined) return text;
  throw new BackupError(
    'RESTORE_FAILED',
    `a view, trigger, routine or event has text in another character set than UTF-8`,
    {
      hint: 'it cannot be moved: restore the database with the strategy `in-place`',
    },
  );
}

/** A view whose tables are gone is passed over: nobody could make it as it is. */
async function readWhole(
  dumper: Program,
  entry: Entry,
  facts: Facts,
  context: HookContext,
  passedOver: readonly string[] = [],
): Promise<string | undefined> {
  try {
    return (await readDefinitions(dumper, entry, facts, context, passedOver)).text;
  } catch (error) {
    const quoted = /\(1356\)/.test(`${error}`) ? /fields from `((?:[^`]|``)+)`/i.exec(`${error}`)?.[1] : undefined;
    const broken = namesOf(facts, 'VIEW').find((name) => identifier(name) === `\`${quoted}\``);
    if (broken === undefined || passedOver.includes(broken)) throw error;
    return readWhole(dumper, entry, facts, context, [...passedOver, broken]);
  }
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
