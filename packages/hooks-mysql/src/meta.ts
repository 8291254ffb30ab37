import type { Meta } from '@dumpstream/core';
import { wants } from './dump-options.ts';
import type { Entry } from './entry.ts';
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
 * @param definitions the last bytes of the dump: views, triggers, routines and events; what comes before is tables only. Undefined
 *   where that is not known
 * @param namesSequences whether tables name their database in a default that takes numbers from a sequence
 */
export function metaOf(
  dumper: Program,
  { server, database }: Pick<Facts, 'server' | 'database'>,
  entry: Entry,
  definitions: string | undefined,
  namesSequences: boolean,
): DumpMeta {
  const leftOut = (['routines', 'events'] as const).filter((part) => !wants(entry, part));
  return {
    format: 'sql',
    clientFamily: dumper.family,
    clientVersion: dumper.version,
    serverFamily: server.family,
    serverVersion: server.version,
    characterSet: database?.characterSet ?? '',
    collation: database?.collation ?? '',
    ...(definitions === undefined ? {} : { definitionsBytes: String(Buffer.byteLength(definitions)) }),
    ...(namesSequences ? { namesSequences: 'yes' } : {}),
    ...(leftOut.length === 0 ? {} : { leftOut: leftOut.join(' ') }),
  };
}

/** Of accounts and grants. */
export function globalsMeta(client: Program, server: Facts['server'], entry: Entry): DumpMeta {
  return metaOf(client, { server }, entry, undefined, false);
}

/** What is not in a dump because it was not wanted, and not because there was none. */
export function leftOutOf({ leftOut = '' }: Meta): readonly string[] {
  return leftOut.split(' ');
}

/** Character set and collation, if they can be that: an archive is not to be trusted with SQL of ours. */
export function defaultsIn({ characterSet, collation }: Meta): string {
  const isWord = (value: string | undefined): value is string => value !== undefined && /^\w+$/.test(value);
  if (!isWord(characterSet)) return '';
  return `CHARACTER SET ${characterSet}${isWord(collation) ? ` COLLATE ${collation}` : ''}`;
}
