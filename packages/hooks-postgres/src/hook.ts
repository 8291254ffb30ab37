import { type DatabaseHook, defineHook } from '@dumpstream/core';
import { type Checked, checkDump, checkRestore } from './check.ts';
import { dump } from './dump.ts';
import { checkGlobals, dumpGlobals } from './dump-globals.ts';
import { entry, type LoadJob } from './entry.ts';
import { explain } from './explain.ts';
import { list } from './list.ts';
import { recognise } from './recognise.ts';
import { restore } from './restore.ts';
import { checkRestoreGlobals, restoreGlobals } from './restore-globals.ts';

/**
 * PostgreSQL, dumped by pg_dump and restored by pg_restore or psql, whose programs must be on the `PATH`, of the
 * server's version or later. Stands for the entries of `postgresql_databases`; their keys:
 *
 * - `name`; `all` is every database, each as a dump of its own, and the roles and tablespaces. `skip_names` leaves
 *   databases out, `list_options` are more arguments for the psql that lists them.
 * - `hostname`, `port`, `username`, `password`; `socket_path`, a directory; `ssl_mode`, `ssl_cert`, `ssl_key`,
 *   `ssl_root_cert`, `ssl_crl`, as libpq has them. What is absent is libpq's default.
 * - `format` (`custom`, `plain`, `tar` or `directory`), `compression` (none by default, since the archive compresses),
 *   `no_owner`, `options` (more arguments for pg_dump).
 * - `restore_options` (for pg_restore, or psql where a dump is plain), `analyze_options` (if given, ANALYZE is run).
 * - `pg_dump_command`, `pg_dumpall_command`, `pg_restore_command`, `psql_command`: what to run instead, such as
 *   `docker exec -i db pg_dump`. Standard input must reach it (`-i`). The environment ends there: pass on what is needed
 *   of PGPASSWORD and the PGSSL… variables (`docker exec -i -e PGPASSWORD db pg_dump`).
 *
 * A restore with the strategy `swap` needs a role that may create databases and owns the one to be replaced; the
 * database gets its new content, and keeps its owner, encoding, locale, tablespace, settings, privileges and comment, in
 * one transaction at the end. A restore of roles and tablespaces makes those that are missing and changes no other.
 * @returns the hook, for the `hooks` of `loadConfig` and `parseConfig`
 */
export function postgresql(): DatabaseHook {
  // What the check of an entry saw, until its dump: one connection less for each database. The entry is a call's own.
  const seen = new WeakMap<object, Checked>();
  return defineHook({
    name: 'postgresql_databases',
    entry,
    list,
    async check(job, context) {
      const isGlobals = job.item.kind === 'globals';
      if ('meta' in job) return (isGlobals ? checkRestoreGlobals : checkRestore)(job as LoadJob, context);
      if (isGlobals) return checkGlobals(job, context);
      const { source, client, ...result } = await checkDump(job, context);
      seen.set(job.entry, { source, client });
      return result;
    },
    async dump(job, sink, context) {
      if (job.item.kind === 'globals') return dumpGlobals(job, sink, context);
      const checked = seen.get(job.entry) ?? (await checkDump(job, context));
      seen.delete(job.entry);
      return dump(job, checked, sink, context);
    },
    restore: (job, source, context) => (job.item.kind === 'globals' ? restoreGlobals : restore)(job, source, context),
    recognise,
    explain,
  });
}
