/**
 * A restore's id, 16 hexadecimal digits, stands in the names of its two databases, `dumpstream_ID_new` and
 * `dumpstream_ID_old`, and is the key of an advisory lock that a session of it holds as long as it lives. So every
 * attempt on the server, from whatever host, can tell the databases of a living one from those of a dead one.
 */
export const scratchName = (id: string): string => `dumpstream_${id}_new`;
export const asideName = (id: string): string => `dumpstream_${id}_old`;

/** Begins the comment on each of them: a name alone is not enough to drop a database by. */
export const mark = 'dumpstream: ';

/** True while a session holds the lock of the restore `id` (an SQL expression), in whatever database it is. */
const isAlive = (
  id: string,
): string => `exists (select from pg_locks where locktype = 'advisory' and objsubid = 1 and granted
    and lpad(to_hex(classid::bigint), 8, '0') || lpad(to_hex(objid::bigint), 8, '0') = ${id})`;

/** Takes the lock of the restore `:id` and keeps it as long as the session is there. Prints whether it has. */
export const holdLock = `
select to_json(pg_try_advisory_lock(('x' || :'id')::bit(64)::bigint));
`;

const dropForced = `format('drop database %I', datname)
    || case when current_setting('server_version_num')::int >= 130000 then ' with (force)' else '' end`;
const marked = `coalesce(shobj_description(oid, 'pg_database'), '') like '${mark}%'`;

/**
 * Whether a row of pg_database is one of a restore. One that was killed right after CREATE DATABASE has left its
 * database without a comment, but still closed to everybody.
 */
export const isOurs = `(datname ~ '^dumpstream_[0-9a-f]{16}_(new|old)$'
  and (${marked} or (shobj_description(oid, 'pg_database') is null and not datallowconn)))`;

/**
 * For statements that drop databases: from PostgreSQL 15 on DROP DATABASE waits until every session of the server has
 * taken notice, which one does not that waits for a client's data, for as long as the client, or the network, hangs.
 */
export const limitWaiting = "set statement_timeout = '60s';";

/**
 * Drops what dead attempts left. What cannot be dropped stays, without failing the restore at hand.
 */
export const dropLeftovers = String.raw`
\set ON_ERROR_STOP 0
${limitWaiting}
select ${dropForced}
from pg_database
where ${isOurs} and pg_has_role(datdba, 'usage')
  and not ${isAlive('substr(datname, 12, 16)')}
\gexec
set statement_timeout = 0;
\set ON_ERROR_STOP 1
`;

/** Ends the sessions whose application is `:application` but this one, and waits until they are gone, at most 5 seconds. */
export const endOwnSessions = endingOwnSessions(5);

/**
 * The same, with a wait of one's own. A session that commits ends only afterwards.
 * @param then SQL, for when some are still there
 */
export function endingOwnSessions(seconds: number, then = ''): string {
  return String.raw`
select set_config('dumpstream.application', :'application', false) \g /dev/null
do $$ begin
  for i in 1..${seconds * 100} loop
    perform pg_stat_clear_snapshot();
    perform pg_terminate_backend(pid) from pg_stat_activity
      where application_name = current_setting('dumpstream.application') and pid <> pg_backend_pid();
    if not found then return; end if;
    perform pg_sleep(0.01);
  end loop;
  ${then}
end $$;
`;
}

/** Drops the databases of the restore `:id`, where they are still there. */
export const dropOwn = String.raw`
select ${dropForced}
from pg_database where datname in ('dumpstream_' || :'id' || '_new', 'dumpstream_' || :'id' || '_old')
\gexec
`;
