/**
 * What forbids to replace the database `:live`, as a jsonb object of arrays of texts; empty when nothing does. A
 * replication slot would be dropped in silence with the old database, a subscription or a prepared transaction would
 * keep it from being renamed or dropped. Sessions count only if they may not be ended (`:end_sessions`), and for
 * `:in_place` only if they hold locks.
 */
export const obstacles = obstaclesTo(":'live'");

/** The same for all databases that have any, as a jsonb object by their names; null where none has. */
export const allObstacles = `
select jsonb_object_agg(name, found) from (select datname as name, (${obstaclesTo('o.datname')}) as found from pg_database o) a
where found <> '{}'
`;

function obstaclesTo(name: string): string {
  return `
select jsonb_strip_nulls(jsonb_build_object(
    'logical replication slots', (select jsonb_agg(slot_name) from pg_replication_slots
        where database = d.datname and not :'in_place'::boolean),
    'subscriptions', (select jsonb_agg(subname) from pg_subscription where subdbid = d.oid),
    'prepared transactions', (select jsonb_agg(gid) from pg_prepared_xacts where database = d.datname),
    'sessions', (select jsonb_agg(format('%s (%s, process %s)',
          coalesce(nullif(application_name, ''), 'unnamed'), usename, pid))
        from pg_stat_activity a where datid = d.oid and usesysid is not null and pid <> pg_backend_pid()
          and not :'end_sessions'::boolean and (not :'in_place'::boolean
            or exists (select from pg_locks l where l.pid = a.pid and l.database = d.oid)))))
from pg_database d where datname = ${name}
`;
}
