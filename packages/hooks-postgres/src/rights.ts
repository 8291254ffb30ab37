import { BackupError, type HookContext } from '@dumpstream/core';
import type { DumpOptions } from './dump-options.ts';
import type { Entry } from './entry.ts';

/** What a role may not read, by kind. */
export type Lacking = Readonly<Record<string, { readonly count: number; readonly names: readonly string[] }>>;

interface Reader {
  readonly user: string;
  readonly lacking: Lacking;
}

/** The right that is missing for each kind, and whether an option leaves the kind, or some of it, out of the dump. */
const kinds: Readonly<Record<string, { readonly right: string; readonly unless: (options: DumpOptions) => boolean }>> =
  {
    schemas: { right: 'USAGE on the schemas', unless: ({ selects }) => selects },
    tables: { right: 'SELECT on the tables', unless: ({ selects }) => selects },
    sequences: { right: 'SELECT on the sequences', unless: ({ selects }) => selects },
    policies: {
      right: 'BYPASSRLS for the tables whose rows policies hide',
      unless: ({ selects, rowSecurity }) => selects || rowSecurity,
    },
    'large objects': { right: 'SELECT on the large objects', unless: ({ largeObjects }) => !largeObjects },
    subscriptions: { right: 'to be superuser, for the subscriptions', unless: ({ subscriptions }) => !subscriptions },
  };

/**
 * That the account may read all that is to be dumped: pg_dump would fail in the middle, or leave things out.
 * @throws BackupError `PERMISSION_MISSING` naming rights and objects
 */
export function refuseLacking(entry: Entry, options: DumpOptions, { user, lacking }: Reader): void {
  const missing = Object.entries(kinds).flatMap(([kind, { right, unless }]) => {
    const objects = lacking[kind];
    return objects === undefined || unless(options) ? [] : [`${right} ${list(objects)}`];
  });
  if (missing.length === 0) return;
  throw new BackupError(
    'PERMISSION_MISSING',
    `the role '${user}' may not read all of the database '${entry.name}': it lacks ${missing.join('; ')}`,
    {
      hint:
        'grant it that (pg_read_all_data, of PostgreSQL 14 and later, covers schemas, tables and sequences), or connect ' +
        'as a superuser, or leave the objects out by `options`',
    },
  );
}

/** Tells what a dump will not hold though nothing is missing by its own account. */
export function warnOfLacking(entry: Entry, options: DumpOptions, { lacking }: Reader, context: HookContext): void {
  if (lacking.policies !== undefined && options.rowSecurity) {
    context.warn(
      `of ${list(lacking.policies)} in '${entry.name}' only rows that policies show are dumped: --enable-row-security`,
    );
  }
  if (lacking['user mappings'] !== undefined) {
    context.warn(
      `the dump of '${entry.name}' has the user mappings ${list(lacking['user mappings'])} without their options, ` +
        'which the role may not read',
    );
  }
}

function list({ count, names }: Lacking[string]): string {
  const more = count - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
