import { dropLeftovers } from './leftovers.ts';
import { obstacles } from './obstacles.ts';

/**
 * Removes what dead attempts left and ends the sessions that hold locks in `:live`; or refuses. Prints one jsonb
 * object.
 */
export const prepareInPlace = String.raw`
${dropLeftovers}
select coalesce((${obstacles}), '{}') as obstacles \gset
select :'obstacles' <> '{}' as refused \gset
\if :refused
  select jsonb_build_object('obstacles', :'obstacles'::jsonb);
\else
  select pg_terminate_backend(pid) from pg_stat_activity a
  where datname = :'live' and usesysid is not null
    and exists (select from pg_locks l where l.pid = a.pid and l.database = a.datid)
  \g /dev/null
  select '{}';
\endif
`;

/**
 * Empties the database of everything that a dump can hold, and leaves it as a fresh one is. For plain dumps, in the
 * transaction that then loads them: their own `--clean` form fails in an empty database, so they are made without it.
 */
export const emptyDatabase = `
do $$
declare
  statement text;
  is_current boolean := current_setting('server_version_num')::int >= 150000;
begin
  -- Functions in the session's own search path may be anybody's.
  perform pg_catalog.set_config('search_path', 'pg_catalog', true);
  for statement in
    select format('drop event trigger %I', evtname) from pg_event_trigger
      where not exists (select from pg_depend where objid = pg_event_trigger.oid and deptype = 'e')
    union all select format('drop publication %I', pubname) from pg_publication
    union all select format('drop extension if exists %I cascade', extname) from pg_extension where extname <> 'plpgsql'
    union all select format('drop foreign data wrapper if exists %I cascade', fdwname) from pg_foreign_data_wrapper
    union all select format('drop schema if exists %I cascade', nspname) from pg_namespace
      where nspname !~ '^pg_' and nspname <> 'information_schema'
    union all select format('select lo_unlink(%s)', oid) from pg_largeobject_metadata
  loop
    execute statement;
  end loop;
  create schema public;
  comment on schema public is 'standard public schema';
  begin
    if is_current then
      alter schema public owner to pg_database_owner;
      grant usage on schema public to public;
    else
      execute format('alter schema public owner to %I', pg_get_userbyid(10));
      grant all on schema public to public;
    end if;
  exception when insufficient_privilege then
    if is_current then grant usage on schema public to public; else grant all on schema public to public; end if;
  end;
end $$;
`;
