import { BackupError, type Meta } from '@dumpstream/core';
import { type Entry, type Format, formats } from './entry.ts';
import type { Source } from './probe.ts';

/** What a restore needs to know: the dump's format, versions, and what a missing database is made from. */
export function makeMeta(entry: Entry, source: Source): Meta {
  return {
    format: entry.format ?? 'custom',
    client_version: source.client,
    server_version: source.server,
    ...source.properties,
  };
}

/** @throws BackupError `RESTORE_FAILED` when it is none of ours */
export function dumpFormat(meta: Meta): Format {
  const format = formats.find((known) => known === meta.format);
  if (format === undefined) {
    throw new BackupError('RESTORE_FAILED', `the dump's format '${meta.format}' is not known`, {
      hint: `known are ${formats.join(', ')}`,
    });
  }
  return format;
}
