import { BackupError, type Meta } from '@dumpstream/core';
import { type Entry, type Format, formats } from './entry.ts';
import type { Source } from './probe.ts';

/** What a restore needs to know: the dump's format, versions, and what a missing database is made from. */
export function makeMeta(entry: Entry, source: Source, clientVersion: string | undefined): Meta {
  return {
    format: entry.format ?? 'custom',
    ...(clientVersion === undefined ? {} : { client_version: clientVersion }),
    server_version: source.server,
    ...(entry.no_owner ? { no_owner: 'true' } : {}),
    ...source.properties,
  };
}

/** @throws BackupError `RESTORE_FAILED` when it is none of ours */
export function dumpFormat(meta: Meta): Format {
  const format = formats.find((known) => known === meta.format);
  if (meta.format === 'script') {
    throw new BackupError(
      'RESTORE_FAILED',
      'the dump makes its database itself, and would leave the one it is loaded into',
      {
        hint: 'it was made with --create: extract() gives its bytes, to be restored by psql by hand',
      },
    );
  }
  if (format === undefined) {
    throw new BackupError('RESTORE_FAILED', `the dump's format '${meta.format}' is not known`, {
      hint: `known are ${formats.join(', ')}`,
    });
  }
  return format;
}
