import { hostname } from 'node:os';
import { archiveNames, defaultFormat } from './archive-name.ts';
import type { Config, ConfiguredDatabase } from './config/config.ts';
import { placeOf } from './place.ts';
import type { DatabaseRef, PrunedArchive } from './report.ts';

/** What is known of an archive of ours. */
export interface Made {
  readonly name: string;
  /** Absent where it does not say. */
  readonly host: string | undefined;
  /** Absent where it does not say. */
  readonly databases: readonly DatabaseRef[] | undefined;
}

/** Why an archive is none of the series; undefined: it belongs to it. */
export type Outsider = (archive: Made) => PrunedArchive['why'] | undefined;

/**
 * Which archives belong together, so that some can go because of others: those that this configuration makes on this host. Their names
 * are what `archive_name_format` gives, this host made them, and they have a database that is configured here. Without any that is
 * configured, every database is right.
 */
export function seriesOf({ settings, databases }: Config, anyHost: boolean): Outsider {
  const names = archiveNames(settings.archive_name_format ?? defaultFormat, anyHost);
  return ({ name, host = hostname(), databases: archived }) => {
    if (!names.test(name)) return 'other-name';
    if (!anyHost && host !== hostname()) return 'other-host';
    if (databases.length === 0 || archived === undefined) return undefined;
    const isConfigured = archived.some((ref) => databases.some((configured) => gives(configured, ref)));
    return isConfigured ? undefined : 'other-databases';
  };
}

function gives({ hook, entry }: ConfiguredDatabase, ref: DatabaseRef): boolean {
  const isNamed = entry.name === 'all' || (entry.name === ref.name && ref.kind === 'database');
  return hook.name === ref.hook && isNamed && placeOf(entry) === placeOf(ref);
}
