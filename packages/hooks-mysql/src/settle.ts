import { BackupError, type HookContext } from '@dumpstream/core';
import { query, script } from './commands.ts';
import type { Entry } from './entry.ts';
import { type Facts, namesOf, readFacts } from './facts.ts';
import { isMarker, type Marker, markDone, readMarker, type SwitchPlan } from './marker.ts';
import { defaultsIn } from './meta.ts';
import type { Program } from './programs.ts';
import { may, readRights } from './rights.ts';
import type { Scratch } from './scratch.ts';
import { endSessionsAfter, initCommand, newTag, writingSession } from './sessions.ts';
import { identifier, inOnePiece, literal } from './sql.ts';
import { movableTables, moveBack, redefine } from './switch.ts';
import { dropThrowawayAccount } from './throwaway.ts';

export interface Settling {
  readonly client: Program;
  readonly entry: Entry;
  readonly scratch: Scratch;
  /** Whether the server cannot give locks. */
  readonly galera: boolean;
}

/**
 * Ends what a restore of this process has begun.
 * @param table the restore's own marker: another's is left alone
 * @param how whether the restore has succeeded, or the live database becomes what it was
 */
export async function settleOwn(
  settling: Settling,
  table: string,
  how: 'undo' | 'keep',
  context: HookContext,
): Promise<void> {
  const marker = await readMarker(settling.client, settling.entry, settling.scratch, context);
  if (marker?.table === table) await settle(settling, marker, how, context);
}

/**
 * Ends what a killed restore has left. Where its tables were in use already, it is completed: what has been written to them since
 * is not lost.
 */
export async function settleLeftovers(settling: Settling, context: HookContext): Promise<void> {
  const { client, entry, scratch } = settling;
  const rights = await readRights(client, entry, context);
  // What it has is looked at once the server is through with it: this waits for the lock.
  await run(settling, may(rights, 'CREATE USER') ? dropThrowawayAccount(scratch) : 'DO 0;\n', context);
  const sql = `SELECT schema_name FROM information_schema.schemata
    WHERE schema_name IN (${literal(scratch.fresh)}, ${literal(scratch.aside)});\n`;
  if ((await context.run(query(client, entry, sql))) === '') return;
  const marker = await readMarker(client, entry, scratch, context);
  if (marker === undefined) await run(settling, dropScratch(scratch), context);
  else await settle(settling, marker, 'keep', context);
}

async function settle(settling: Settling, marker: Marker, how: 'undo' | 'keep', context: HookContext): Promise<void> {
  // The server can have done it after the client was ended.
  if (marker.state === 'switching' || (marker.state === 'done' && how === 'undo')) {
    try {
      await run(settling, inOnePiece(await mendSql(settling, marker, how, context)), context);
    } catch (error) {
      const { aside, fresh } = settling.scratch;
      throw new BackupError(
        'RESTORE_FAILED',
        `${marker.plan?.database} could not be ${how === 'undo' ? 'put back' : 'mended after a restore that was killed'}: ${(error as Error).message}`,
        {
          hint: `its old tables are in ${aside} or in place, its new ones in ${fresh} or in place; the next restore of it tries again`,
          cause: error,
        },
      );
    }
  }
  await run(settling, dropScratch(settling.scratch), context);
}

async function mendSql(
  { client, entry, scratch }: Settling,
  { table, plan, before, after }: Marker,
  how: 'undo' | 'keep',
  context: HookContext,
): Promise<string> {
  if (plan === undefined) throw new Error('its plan is not to be read');
  const factsOf = (name: string) => readFacts(client, { ...entry, name }, context);
  const [live, fresh, aside] = [
    await factsOf(plan.database),
    await factsOf(scratch.fresh),
    await factsOf(scratch.aside),
  ];
  const old = movableTables(aside).filter((name) => !isMarker(name));
  const moved = plan.arriving > 0 ? movableTables(fresh).length === 0 : old.length > 0;
  if (moved && how === 'keep') return `${redefine(plan, live, plan.defaultsAfter, after)}${markDone(scratch, table)}`;
  const back = moved ? moveBack(plan, scratch, live, old) : '';
  return `${back}${restSql(plan, live, moved, before)}${markDone(scratch, table)}`;
}

/** SQL that undoes what was done besides moving tables. @param live before they are moved back */
function restSql(plan: SwitchPlan, live: Facts, moved: boolean, before: string): string {
  if (plan.created) return live.database === undefined ? '' : `DROP DATABASE ${identifier(plan.database)};\n`;
  const views = namesOf(live, 'VIEW');
  const complete = plan.dropped.every((name) => live.triggers.includes(name) || views.includes(name));
  // What has been changed there since is not ours.
  if (!moved && complete && defaultsIn({ format: 'sql', ...live.database }) === plan.defaultsBefore) return '';
  const programs = { ...live, tables: live.tables.filter(({ type }) => type === 'VIEW') };
  return redefine(plan, programs, plan.defaultsBefore, before);
}

/** The marker goes last. */
function dropScratch({ fresh, aside }: Scratch): string {
  return `SET SESSION lock_wait_timeout = 60;
DROP DATABASE IF EXISTS ${identifier(fresh)};
DROP DATABASE IF EXISTS ${identifier(aside)};
`;
}

/** In a session that holds the lock of the restore, and does not outlive this. */
export async function run(
  { client, entry, scratch, galera }: Settling,
  sql: string,
  context: HookContext,
): Promise<void> {
  if (galera) {
    await context.run(script(client, entry, sql));
    return;
  }
  const tag = newTag();
  const succeeded = endSessionsAfter(context, client, entry, writingSession(tag));
  await context.run(script(client, entry, sql, initCommand(tag, scratch.lock)));
  succeeded();
}
