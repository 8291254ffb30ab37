import type { HookContext } from '@dumpstream/core';
import { query } from './commands.ts';
import type { Entry } from './entry.ts';
import type { Program } from './programs.ts';
import { parseRows } from './rows.ts';
import type { Scratch } from './scratch.ts';
import { identifier, isNamed } from './sql.ts';

/**
 * A table beside the old tables that tells how far a restore has come, and holds what it takes to go on or back. Its name is the
 * restore's own: whoever names it fails when another restore has cleared it away.
 */
export interface Marker {
  readonly table: string;
  /** Undefined until the live database is touched. */
  readonly state?: 'switching' | 'done';
  readonly plan?: SwitchPlan;
  /** SQL of views, triggers, routines and events: of the live database before, and of the dump. */
  readonly before: string;
  readonly after: string;
}

/** What a switch has to do besides moving tables, so that another process can end or undo it. */
export interface SwitchPlan {
  readonly database: string;
  /** Whether there was none of its name before. */
  readonly created: boolean;
  /** Triggers, and views in whose place tables come: what is dropped before the move. */
  readonly dropped: readonly string[];
  /** How many tables there are to move in. */
  readonly arriving: number;
  /** What stays as it is, since it is not in the dump: `routines`, `events`. */
  readonly leftOut: readonly string[];
  /** Statements that set character set and collation, and that give back what accounts may do with routines. */
  readonly defaultsBefore: string;
  readonly defaultsAfter: string;
  readonly grants: string;
}

export function markerTable(id: string): string {
  return `dumpstream_${id}`;
}

export function isMarker(table: string): boolean {
  return /^dumpstream_[0-9a-f]{16}$/.test(table);
}

export function createMarker({ aside }: Scratch, id: string): string {
  return `CREATE TABLE ${identifier(aside)}.${identifier(markerTable(id))}
  (what VARCHAR(16), part INT, body LONGBLOB, PRIMARY KEY (what, part)) ENGINE=InnoDB;\n`;
}

/** An assignment that fails where another restore has cleared the marker away: then what is beside the live database is not ours. */
export function stillOwn({ aside }: Scratch, table: string): string {
  return `@dumpstream_own = (SELECT COUNT(*) FROM ${identifier(aside)}.${identifier(table)})`;
}

/** The condition that the old tables have this marker beside them. */
export function hasMarker({ aside }: Scratch, table: string): string {
  return `EXISTS (SELECT 1 FROM information_schema.tables
    WHERE ${isNamed('table_schema', aside)} AND ${isNamed('table_name', table)})`;
}

/** The condition that they have none. */
export function hasNoMarker({ aside }: Scratch): string {
  return `NOT EXISTS (SELECT 1 FROM information_schema.tables
    WHERE ${isNamed('table_schema', aside)} AND table_name REGEXP '^dumpstream_[0-9a-f]{16}$')`;
}

/** SQL that says what is about to be done. */
export function markSwitching(
  { aside }: Scratch,
  { table, plan, before, after }: Pick<Marker, 'table' | 'before' | 'after'> & { readonly plan: SwitchPlan },
): string {
  const into = `INSERT INTO ${identifier(aside)}.${identifier(table)} VALUES`;
  const rows = [
    ...inParts('before', before),
    ...inParts('after', after),
    ...inParts('plan', JSON.stringify(plan)),
    ...inParts('state', 'switching'),
  ];
  return rows.map((row) => `${into} ${row};\n`).join('');
}

export function markDone({ aside }: Scratch, table: string): string {
  return `UPDATE ${identifier(aside)}.${identifier(table)} SET body = 'done' WHERE what = 'state';\n`;
}

/** Small enough for every server's max_allowed_packet. */
const partBytes = 256 * 1024;

function inParts(what: string, text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  const count = Math.ceil(bytes.length / partBytes);
  return Array.from({ length: count }, (_, part) => {
    const body = bytes.subarray(part * partBytes, (part + 1) * partBytes).toString('hex');
    return `('${what}', ${part}, X'${body}')`;
  });
}

/** @returns undefined where no restore has left one */
export async function readMarker(
  client: Program,
  entry: Entry,
  { aside }: Scratch,
  context: HookContext,
): Promise<Marker | undefined> {
  const tablesSql = `SELECT table_name FROM information_schema.tables WHERE ${isNamed('table_schema', aside)};\n`;
  const tables = parseRows(await context.run(query(client, entry, tablesSql)));
  const [table] = tables.flat().filter(isMarker);
  if (table === undefined) return undefined;
  const sql = `SELECT what, HEX(body) FROM ${identifier(aside)}.${identifier(table)} ORDER BY what, part;\n`;
  const rows = parseRows(await context.run(query(client, entry, sql)));
  const text = (wanted: string) =>
    Buffer.from(rows.map(([what, body = '']) => (what === wanted ? body : '')).join(''), 'hex').toString('utf8');
  const [state, plan] = [text('state'), text('plan')];
  return {
    table,
    before: text('before'),
    after: text('after'),
    ...(state === 'switching' || state === 'done' ? { state } : {}),
    ...(plan === '' ? {} : { plan: JSON.parse(plan) as SwitchPlan }),
  };
}
