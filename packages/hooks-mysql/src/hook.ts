import { type DatabaseHook, defineHook } from '@dumpstream/core';
import { check } from './check.ts';
import { dump } from './dump.ts';
import { entries } from './entry.ts';
import { explain } from './explain.ts';
import type { FamilyName } from './families.ts';
import { list } from './list.ts';
import { recognise } from './recognise.ts';
import { restore } from './restore.ts';

/**
 * Databases under `mysql_databases`, dumped by `mysqldump` and restored by `mysql`; by MariaDB's programs where those are not
 * installed.
 *
 * @returns a hook for `loadConfig` and `parseConfig`
 */
export function mysql(): DatabaseHook {
  return hookOf('mysql');
}

/**
 * Databases under `mariadb_databases`, dumped by `mariadb-dump` and restored by `mariadb`; by programs called `mysqldump` and
 * `mysql` where those are not installed.
 *
 * @returns a hook for `loadConfig` and `parseConfig`
 */
export function mariadb(): DatabaseHook {
  return hookOf('mariadb');
}

function hookOf(family: FamilyName): DatabaseHook {
  return defineHook({
    name: `${family}_databases`,
    entry: entries[family],
    list: (entry, context) => list(family, entry, context),
    check: (job, context) => check(family, job, context),
    dump: (job, sink, context) => dump(family, job, sink, context),
    restore: (job, source, context) => restore(family, job, source, context),
    recognise,
    explain,
  });
}
