import type { HookContext } from '@dumpstream/core';
import { query } from './commands.ts';
import type { Entry } from './entry.ts';
import { type Facts, namesOf } from './facts.ts';
import { atLeast, families } from './families.ts';
import type { Program } from './programs.ts';
import { isNamed } from './sql.ts';

/**
 * Whether the rows' old versions, which system-versioned tables keep, can be dumped: not by old programs or servers, and not where
 * they are told apart by transactions in place of times.
 */
export async function hasDumpableHistory(
  client: Program,
  dumper: Program,
  entry: Entry,
  facts: Facts,
  context: HookContext,
): Promise<boolean> {
  const since = families[dumper.family].historySince;
  const { version } = facts.server;
  if (namesOf(facts, 'SYSTEM VERSIONED').length === 0 || since === undefined) return false;
  if (!atLeast(dumper.version, since) || !atLeast(version, since)) return false;
  const sql = `SELECT COUNT(*) FROM information_schema.columns
    WHERE ${isNamed('table_schema', entry.name)} AND generation_expression = 'ROW START' AND data_type = 'bigint';\n`;
  return (await context.run(query(client, entry, sql))).trim() === '0';
}
