import { type DatabaseHook, defineHook } from '@dumpstream/core';
import { checkDump, checkRestore } from './check.ts';
import { dump } from './dump.ts';
import { entry } from './entry.ts';
import { explain } from './explain.ts';
import { probe, type Source } from './probe.ts';
import { restore } from './restore.ts';

/**
 * PostgreSQL, dumped by pg_dump and restored by pg_restore or psql, whose programs must be on the `PATH`, of the
 * server's version or later. Stands for the entries of `postgresql_databases`: `name`, and optionally `hostname`,
 * `port`, `username`, `password`, `format` (`custom`, `plain` or `tar`) and `options` (more arguments for pg_dump).
 *
 * A restore with the strategy `swap` needs a role that may create databases and owns the one to be replaced; the
 * database gets its new content, and keeps its owner, encoding, locale, settings, privileges and comment, in one
 * transaction at the end.
 * @returns the hook, for the `hooks` of `loadConfig` and `parseConfig`
 */
export function postgresql(): DatabaseHook {
  // What the check of an entry saw, until its dump: one connection less for each database. The entry is a call's own.
  const seen = new WeakMap<object, Source>();
  return defineHook({
    name: 'postgresql_databases',
    entry,
    async check(job, context) {
      if ('meta' in job) return checkRestore(job as Parameters<typeof checkRestore>[0], context);
      const { source, ...result } = await checkDump(job, context);
      seen.set(job.entry, source);
      return result;
    },
    async dump(job, sink, context) {
      const source = seen.get(job.entry) ?? (await probe(job, context));
      seen.delete(job.entry);
      return dump(job, source, sink, context);
    },
    restore,
    explain,
  });
}
