import type { Meta } from '@dumpstream/core';
import type { Facts } from './facts.ts';
import type { Program } from './programs.ts';

/** What the archive says of a dump besides its bytes. */
export interface DumpMeta extends Meta {
  readonly format: 'sql';
  /** Of the program that made the dump: `mysql` or `mariadb`. */
  readonly clientFamily: string;
  readonly clientVersion: string;
  readonly serverFamily: string;
  readonly serverVersion: string;
  /** Defaults of the database. */
  readonly characterSet: string;
  readonly collation: string;
}

/**
 * @param definitionsBytes how many of the last bytes of the dump are views, triggers, routines and events; what comes before is
 *   tables only. Undefined where that is not known
 * @param namesSequences whether tables name their database in a default that takes numbers from a sequence
 */
export function metaOf(
  dumper: Program,
  { server, database }: Facts,
  definitionsBytes: number | undefined,
  namesSequences: boolean,
): DumpMeta {
  return {
    format: 'sql',
    clientFamily: dumper.family,
    clientVersion: dumper.version,
    serverFamily: server.family,
    serverVersion: server.version,
    characterSet: database?.characterSet ?? '',
    collation: database?.collation ?? '',
    ...(definitionsBytes === undefined ? {} : { definitionsBytes: String(definitionsBytes) }),
    ...(namesSequences ? { namesSequences: 'yes' } : {}),
  };
}

/** Character set and collation, if they can be that: an archive is not to be trusted with SQL of ours. */
export function defaultsIn({ characterSet, collation }: Meta): string {
  const isWord = (value: string | undefined): value is string => value !== undefined && /^\w+$/.test(value);
  return isWord(characterSet) && isWord(collation) ? `CHARACTER SET ${characterSet} COLLATE ${collation}` : '';
}
