import { createHash } from 'node:crypto';
import type { HookContext } from '@dumpstream/core';
import { archivedGrantsOf } from './archived-grants.ts';
import { rowsOf, sqlOf } from './ask.ts';
import { query } from './commands.ts';
import type { Entry } from './entry.ts';
import { contentsOf, type Facts } from './facts.ts';
import { systemDatabases } from './list.ts';
import type { Program } from './programs.ts';
import { parseRows } from './rows.ts';
import { isScratch } from './scratch.ts';
import type { Surroundings } from './surroundings.ts';

/** What has to be known of a database before it is dumped or replaced. */
interface Look {
  readonly facts: Facts;
  /** Text for the archive; undefined where there are none, or they cannot be read. */
  readonly grants: string | undefined;
  /** On the clock of `performance.now()`. */
  readonly since: number;
}

/** Small databases are dumped right after they were checked: what was seen then is not asked again. */
const freshMs = 5_000;
/** So many are looked at one by one; whoever backs up more backs up many, which are looked at together. */
const oneByOne = 2;
const together = 25;
/** A database with so many tables is always looked at alone. */
const manyTables = 200;

type Run = HookContext['run'];

/** Looks at a database, unless the same call has just done so. */
export async function look(
  client: Program,
  entry: Entry,
  surroundings: Surroundings,
  context: HookContext,
): Promise<Look> {
  const { name } = entry;
  // No name is in it: just how to get there.
  const connection = digest(query(client, entry, ''));
  const lookAt = (names: readonly string[], run: Run) => lookNow(client, entry, names, surroundings, run);

  const seen = await context.once(`seen ${connection}`, async () => new Set<string>());
  seen.add(name);
  const withOthers = async () => {
    const small = await context.once(`small ${connection}`, ({ run }) => smallDatabases(client, entry, run));
    const portion = Math.floor(small.indexOf(name) / together);
    if (portion < 0) return undefined;
    const names = small.slice(portion * together, (portion + 1) * together);
    const time = Math.floor(performance.now() / freshMs);
    return (await context.once(`${time} ${portion} ${connection}`, ({ run }) => lookAt(names, run))).get(name);
  };
  const anew = async () => {
    // What fails for many is tried for this one, so that the failure is its own.
    const shared = seen.size > oneByOne ? await withOthers().catch(() => undefined) : undefined;
    return isFresh(shared) ? shared : ((await lookAt([name], context.run)).get(name) as Look);
  };

  let own: Look | undefined;
  const known = await context.once(`look ${connection} ${name}`, async () => {
    own = await anew();
    return own;
  });
  return known === own || isFresh(known) ? known : anew();
}

function isFresh(look: Look | undefined): look is Look {
  return look !== undefined && performance.now() - look.since < freshMs;
}

async function lookNow(
  client: Program,
  entry: Entry,
  names: readonly string[],
  { server, rights }: Surroundings,
  run: Run,
): Promise<ReadonlyMap<string, Look>> {
  const since = performance.now();
  const contents = names.map(contentsOf);
  const grants = names.map((name) => archivedGrantsOf(name, rights));
  const rows = rowsOf(await run(query(client, entry, sqlOf([...contents, ...grants]))));
  const looks = names.map((name, at): readonly [string, Look] => [
    name,
    {
      facts: { server, ...(contents[at] as (typeof contents)[0]).read(rows[at] ?? []) },
      grants: (grants[at] as (typeof grants)[0]).read(rows[names.length + at] ?? []),
      since,
    },
  ]);
  return new Map(looks);
}

/** Names of the databases that have no more than some tables, in order. */
async function smallDatabases(client: Program, entry: Entry, run: Run): Promise<readonly string[]> {
  const sql = `SELECT 'any', schema_name FROM information_schema.schemata ORDER BY schema_name;
SELECT 'large', table_schema FROM information_schema.tables GROUP BY table_schema HAVING COUNT(*) >= ${manyTables};\n`;
  const rows = parseRows(await run(query(client, entry, sql)));
  const names = (wanted: string) => rows.filter(([what]) => what === wanted).map(([, name = '']) => name);
  const leftOut = new Set([...names('large'), ...systemDatabases]);
  return names('any').filter((name) => !leftOut.has(name) && !isScratch(name));
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
