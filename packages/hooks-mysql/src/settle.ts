import { BackupError, type HookContext } from '@dumpstream/core';
import { ask, type Question, read, sqlOf } from './ask.ts';
import { query, script } from './commands.ts';
import type { Entry } from './entry.ts';
import { isTakenOver } from './explain.ts';
import { type Facts, factsOf, namesOf, readFacts } from './facts.ts';
import { onlyIf } from './globals-sql.ts';
import {
  hasMarker,
  hasNoMarker,
  isMarker,
  type Marker,
  markDone,
  readMarker,
  type SwitchPlan,
  stillOwn,
} from './marker.ts';
import { defaultsIn } from './meta.ts';
import type { Program } from './programs.ts';
import { may } from './rights.ts';
import type { Scratch } from './scratch.ts';
import { endSessionsAfter, initCommand, newTag, writingSession } from './sessions.ts';
import { identifier, inOnePiece, literal } from './sql.ts';
import { readSurroundings } from './surroundings.ts';
import { movableTables, moveBack, redefine } from './switch.ts';
import { dropThrowawayAccount } from './throwaway.ts';

export interface Settling {
  readonly client: Program;
  readonly entry: Entry;
  readonly scratch: Scratch;
  /** Whether the server cannot give locks. */
  readonly galera: boolean;
  /** The table without which a session fails before it does anything. */
  readonly marker?: string;
}

/**
 * Makes the live database what it was before a restore of this process that has failed.
 * @param table the restore's own marker: another's is left alone
 */
export async function undoOwn(settling: Settling, table: string, context: HookContext): Promise<void> {
  const marker = await readMarker(settling.client, settling.entry, settling.scratch, context);
  if (marker?.table === table) await settle(settling, marker, 'undo', context);
}

/**
 * Clears away what a restore of this process that has succeeded needs no more.
 * @param table the restore's own marker: another's is left alone
 */
export async function clearOwn(settling: Settling, table: string, context: HookContext): Promise<void> {
  await run(settling, dropScratch(settling.scratch, hasMarker(settling.scratch, table)), context);
}

/**
 * Ends what a killed restore has left. Where its tables were in use already, it is completed: what has been written to them since
 * is not lost.
 * @returns the entry's database as it is then
 */
export async function settleLeftovers(settling: Settling, context: HookContext): Promise<Facts> {
  const { client, entry, scratch } = settling;
  const { rights } = await readSurroundings(client, entry, context);
  const questions = [leftovers(scratch), factsOf(entry.name)] as const;
  // What it has is looked at once the server is through with it: this waits for the lock.
  const account = may(rights, 'CREATE USER') ? dropThrowawayAccount(scratch) : '';
  const [found, facts] = read(questions, await run(settling, `${account}${sqlOf(questions)}`, context, query));
  if (!found) return facts;
  const marker = await readMarker(client, entry, scratch, context);
  if (marker === undefined) await run(settling, dropScratch(scratch, hasNoMarker(scratch)), context);
  else await settle(settling, marker, 'keep', context);
  return readFacts(client, entry, context);
}

/** Whether there are any. */
function leftovers({ fresh, aside }: Scratch): Question<boolean> {
  return {
    sql: `SELECT schema_name FROM information_schema.schemata WHERE schema_name IN (${literal(fresh)}, ${literal(aside)});\n`,
    read: (rows) => rows.length > 0,
  };
}

async function settle(settling: Settling, marker: Marker, how: 'undo' | 'keep', context: HookContext): Promise<void> {
  // The server can have done it after the client was ended.
  if (marker.state === 'switching' || (marker.state === 'done' && how === 'undo')) {
    try {
      const mend = inOnePiece(await mendSql(settling, marker, how, context));
      await run({ ...settling, marker: marker.table }, mend, context);
    } catch (error) {
      // Whoever has cleared the marker away has mended all before.
      if (isTakenOver((error as Error).message)) throw error;
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
  await clearOwn(settling, marker.table, context);
}

async function mendSql(
  { client, entry, scratch }: Settling,
  { table, plan, before, after }: Marker,
  how: 'undo' | 'keep',
  context: HookContext,
): Promise<string> {
  if (plan === undefined) throw new Error('its plan is not to be read');
  const questions = [factsOf(plan.database), factsOf(scratch.fresh), factsOf(scratch.aside)] as const;
  const [live, fresh, aside] = await ask(client, entry, context, ...questions);
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

/** The marker goes last. @param condition under which they are to be dropped: another restore can have begun since one looked */
function dropScratch({ fresh, aside }: Scratch, condition: string): string {
  const drops = [fresh, aside].map((database) => `DROP DATABASE IF EXISTS ${identifier(database)}`);
  const guarded = [`SET @own = ${condition}`, ...drops.flatMap((drop) => onlyIf('@own', drop))];
  return `SET SESSION sql_mode = '', SESSION lock_wait_timeout = 60;
${guarded.map((statement) => `${statement};\n`).join('')}`;
}

/** In a session that holds the lock of the restore, and does not outlive this. @returns what it prints */
export async function run(
  { client, entry, scratch, galera, marker }: Settling,
  sql: string,
  context: HookContext,
  as: typeof script | typeof query = script,
): Promise<string> {
  const checked = marker === undefined ? sql : `SET ${stillOwn(scratch, marker)};\n${sql}`;
  if (galera) return context.run(as(client, entry, checked));
  const tag = newTag();
  const succeeded = endSessionsAfter(context, client, entry, writingSession(tag));
  const output = await context.run(as(client, entry, checked, initCommand(tag, scratch.lock)));
  succeeded();
  return output;
}
