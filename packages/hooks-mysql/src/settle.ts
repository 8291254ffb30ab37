import { BackupError, type HookContext } from '@dumpstream/core';
import { query, script } from './commands.ts';
import type { Entry } from './entry.ts';
import { readFacts } from './facts.ts';
import { isMarker, type Marker, markDone, readMarker } from './marker.ts';
import type { Program } from './programs.ts';
import { may, readRights } from './rights.ts';
import type { Scratch } from './scratch.ts';
import { endSessionsAfter, initCommand, newTag, writingSession } from './sessions.ts';
import { identifier, literal } from './sql.ts';
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
 * Ends what a restore of this process has begun: if the switch was not done, the live database becomes what it was.
 * @param table the restore's own marker: another's is left alone
 */
export async function settleOwn(settling: Settling, table: string, context: HookContext): Promise<void> {
  const marker = await readMarker(settling.client, settling.entry, settling.scratch, context);
  if (marker?.table === table) await settle(settling, marker, 'undo', context);
}

/**
 * Ends what a killed restore has left. Where its tables were in use already, it is completed: what has been written to them since
 * is not lost.
 */
export async function settleLeftovers(settling: Settling, context: HookContext): Promise<void> {
  const { client, entry, scratch } = settling;
  const rights = await readRights(client, entry, context);
  if (may(rights, 'CREATE USER')) await run(settling, dropThrowawayAccount(scratch), context);
  const sql = `SELECT schema_name FROM information_schema.schemata
    WHERE schema_name IN (${literal(scratch.fresh)}, ${literal(scratch.aside)});\n`;
  if ((await context.run(query(client, entry, sql))) === '') return;
  const marker = await readMarker(client, entry, scratch, context);
  if (marker === undefined) await run(settling, dropScratch(scratch), context);
  else await settle(settling, marker, 'complete', context);
}

async function settle(
  settling: Settling,
  marker: Marker,
  how: 'undo' | 'complete',
  context: HookContext,
): Promise<void> {
  if (marker.state === 'switching') {
    try {
      await run(settling, await mendSql(settling, marker, how, context), context);
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
  how: 'undo' | 'complete',
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
  if (moved && how === 'complete')
    return `${redefine(plan, live, plan.defaultsAfter, after)}${markDone(scratch, table)}`;
  const back = moved ? moveBack(plan, scratch, live, old) : '';
  const gone = live.database === undefined;
  const rest = plan.created
    ? gone
      ? ''
      : `DROP DATABASE ${identifier(plan.database)};\n`
    : redefine(
        plan,
        { ...live, tables: live.tables.filter(({ type }) => type === 'VIEW') },
        plan.defaultsBefore,
        before,
      );
  return `${back}${rest}${markDone(scratch, table)}`;
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
