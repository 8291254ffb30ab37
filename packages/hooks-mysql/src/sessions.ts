import { randomUUID } from 'node:crypto';
import type { HookContext } from '@dumpstream/core';
import { query } from './commands.ts';
import type { Entry } from './entry.ts';
import type { Program } from './programs.ts';
import { parseRows } from './rows.ts';
import { literal } from './sql.ts';

/** By which the sessions of one job are found on the server: a client that is ended leaves its statement running there. */
export function newTag(): string {
  return `dumpstream-${randomUUID()}`;
}

/** Sessions that read with the tag as a remark in their statements. */
export function readingSessions(tag: string): string {
  return `SELECT id FROM information_schema.processlist
    WHERE id <> CONNECTION_ID() AND info LIKE CONCAT('%', ${literal(tag)}, '%');\n`;
}

/**
 * For a client that writes: its session holds a lock of the tag's name. It may be idle while the archive is slow, and does not wait
 * for ever for a table that somebody else holds.
 * @param own an assignment that fails where the session has no business any more. One statement: not every client takes two here
 */
export function initCommand(tag: string, lock?: string, own?: string): string {
  const exclusive = lock === undefined ? '' : `, @dumpstream_restore = ${lockExpression(lock)}`;
  const owning = own === undefined ? '' : `, ${own}`;
  return `SET @dumpstream = GET_LOCK('${tag}', 10), SESSION wait_timeout = 86400, SESSION lock_wait_timeout = 60${exclusive}${owning}`;
}

/** Fails where another session has the lock, and keeps it; `explain` knows the error. */
function lockExpression(lock: string): string {
  return `IF(GET_LOCK('${lock}', 10) = 1, 0, EXP(1000))`;
}

export function writingSession(tag: string): string {
  return `SELECT id FROM (SELECT IS_USED_LOCK(${literal(tag)}) AS id) AS holder WHERE id IS NOT NULL;\n`;
}

/**
 * Sees to it that no session that `sql` finds outlives the job.
 * @returns to be called when the job has succeeded: then there is none
 */
export function endSessionsAfter(context: HookContext, client: Program, entry: Entry, sql: string): () => void {
  let ended = false;
  context.defer(async (later) => {
    if (!ended) await endSessions(later, client, entry, sql);
  });
  return () => {
    ended = true;
  };
}

async function endSessions(context: HookContext, client: Program, entry: Entry, sql: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (let pause = ''; ; pause = 'DO SLEEP(0.1);\n') {
    const ids = parseRows(await context.run(query(client, entry, `${pause}${sql}`))).map(([id]) => Number(id));
    if (ids.length === 0) return;
    if (performance.now() > deadline) throw new Error(`session ${ids.join(', ')} is still on the server`);
    for (const id of ids) {
      // One that has ended by itself meanwhile is no longer known.
      await context.run(query(client, entry, `KILL ${id};\n`)).catch(() => {});
    }
  }
}

const patienceMs = 10_000;
