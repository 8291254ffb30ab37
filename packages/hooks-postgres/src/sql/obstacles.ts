/**
 * What forbids to replace a database, as rows of its oid, a kind and a text. A replication slot would be dropped in
 * silence with the old database, a subscription or a prepared transaction would keep it from being renamed or dropped.
 * Sessions count only if they may not be ended (`:end_sessions`), and for `:in_place` only if they hold locks. One whose
 * DROP was interrupted has the limit -2 (PostgreSQL 15 and later), and can only be dropped.
 */
const found = `
  select d.oid, 'logical replication slots' as kind, slot_name::text as what
    from pg_replication_slots join pg_database d on d.datname = database where not :'in_place'::boolean
  union all select subdbid, 'subscriptions', subname from pg_subscription
  union all select d.oid, 'prepared transactions', gid from pg_prepared_xacts join pg_database d on d.datname = database
  union all select datid, 'sessions',
      format('%s (%s, process %s)', coalesce(nullif(application_name, ''), 'unnamed'), usename, pid)
    from pg_stat_activity a where usesysid is not null and pid <> pg_backend_pid() and not :'end_sessions'::boolean
      and (not :'in_place'::boolean or exists (select from pg_locks l where l.pid = a.pid and l.database = a.datid))
  union all select oid, 'interrupted drops', datname from pg_database where datconnlimit = -2
`;

/** That of all databases that have any: rows of `oid`, and `obstacles`, a jsonb object of arrays of texts by kind. */
export const allObstacles = `
select oid, jsonb_object_agg(kind, whats) as obstacles
from (select oid, kind, jsonb_agg(what) as whats from (${found}) f group by oid, kind) k group by oid
`;

/** The obstacles of the database `:live`; null when there are none. */
export const obstacles = `
select obstacles from (${allObstacles}) a where oid = (select oid from pg_database where datname = :'live')
`;
