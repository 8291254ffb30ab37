import type { Command, DumpSource, HookContext, Meta } from '@dumpstream/core';
import { load, loadDatabases, query } from './commands.ts';
import { emptyDatabase } from './empty.ts';
import type { LoadJob } from './entry.ts';
import type { Facts } from './facts.ts';
import { withoutDatabase } from './foreign.ts';
import { defaultsIn, leftOutOf } from './meta.ts';
import type { Program } from './programs.ts';
import { scratchOf } from './scratch.ts';
import { retargetedDefaults } from './sequences.ts';
import { endSessionsAfter, initCommand, newTag, writingSession } from './sessions.ts';
import { identifier } from './sql.ts';

/** Replaces the database's content in place. */
export async function restoreInPlace(
  { item, entry, meta, strategy }: LoadJob,
  client: Program,
  facts: Facts,
  source: DumpSource,
  context: HookContext,
): Promise<void> {
  // A cluster refuses such locks.
  const tag = facts.server.galera ? undefined : newTag();
  // A script of all databases is no restore of one.
  const all = item.name === 'all' && meta.format === 'sql-databases';
  const lock = all ? undefined : scratchOf(entry.name, facts.server).lock;
  const init = tag === undefined ? undefined : initCommand(tag, lock);
  let [made, whole] = [false, false];
  if (strategy === 'swap') {
    // It comes whole or not at all. Where it could not be made, somebody else has made it meanwhile.
    const gone = `DROP DATABASE IF EXISTS ${identifier(entry.name)};\n`;
    context.defer(async (later) => !made || whole || later.run(query(client, entry, gone, init)));
  }
  const succeeded = tag === undefined ? undefined : endSessionsAfter(context, client, entry, writingSession(tag));

  if (all) {
    // It makes its databases itself.
    await source.into(loadDatabases(client, entry, init));
  } else {
    const keeps = entry.add_drop_database === false && facts.database !== undefined;
    if (!keeps) await context.run(query(client, entry, makeRoom(entry.name, facts, meta), init));
    made = true;
    await source.into(...through(meta, load(client, entry, init)));
    const retargeted = await retargetedDefaults(client, entry, item.name, entry.name, context);
    if (retargeted !== '') await context.run(query(client, entry, retargeted, init));
  }
  whole = true;
  succeeded?.();
}

/** A dump that chooses its database itself goes through a filter. */
export function through({ format, firstDatabase = '' }: Meta, command: Command): [Command, ...Command[]] {
  return format === 'sql-databases' ? [withoutDatabase(firstDatabase), command] : [command];
}

/** SQL after which there is an empty database with the defaults of the archived one. */
function makeRoom(database: string, facts: Facts, meta: Meta): string {
  const defaults = defaultsIn(meta);
  if (facts.database === undefined) return `CREATE DATABASE ${identifier(database)} ${defaults};\n`;
  const leftOut = leftOutOf(meta);
  const dropped = {
    ...facts,
    routines: leftOut.includes('routines') ? [] : facts.routines,
    events: leftOut.includes('events') ? [] : facts.events,
  };
  // The defaults first: where the server does not know them, nothing has been dropped yet.
  const setDefaults = defaults === '' ? '' : `ALTER DATABASE ${identifier(database)} ${defaults};\n`;
  return `${setDefaults}${emptyDatabase(database, dropped)}`;
}
