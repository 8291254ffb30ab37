import { createHash } from 'node:crypto';
import type { Facts } from './facts.ts';

/** What belongs to the restore of one database beside it, under names by which the next restore of it finds what is left. */
export interface Scratch {
  /** Where the dump is loaded; its tables are then moved into the live database. */
  readonly fresh: string;
  /** Where the tables of the live database are kept until that has succeeded, and what is needed to put all back. */
  readonly aside: string;
  /** Who loads a dump that is not ours. No more than 32 characters. */
  readonly account: string;
  /** Held on the server by every session that changes one of them, or the live database: one restore at a time. */
  readonly lock: string;
}

/** @param database the live one */
export function scratchOf(database: string, { caseSensitive }: Pick<Facts['server'], 'caseSensitive'>): Scratch {
  const name = caseSensitive ? database : database.toLowerCase();
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 32);
  const stem = `dumpstream_${digest}`;
  return { fresh: `${stem}_new`, aside: `${stem}_old`, account: stem.slice(0, 31), lock: stem };
}

/** Databases in which a restore prepares, and in which it keeps what was there before. No backup wants them. */
export function isScratch(database: string): boolean {
  return /^dumpstream_[0-9a-f]{32}_(?:new|old)$/.test(database);
}
