import { dropLeftovers, dropOwn, endingOwnSessions, endOwnSessions, limitWaiting, mark } from './leftovers.ts';
import { obstacles } from './obstacles.ts';
import { applyProperties, createDatabase, missingNames, propertiesOf } from './properties.ts';

/** `props`: of the live database, or where it is missing, what the manifest knows of it (`:manifest`). */
const settle = String.raw`
select exists(select from pg_database where datname = :'live') as replaces \gset
select coalesce((${propertiesOf(":'live'")}), :'manifest') as props \gset
select coalesce((${obstacles}), '{}') as obstacles \gset
select :'obstacles' <> '{}' as refused \gset
`;

/**
 * While it is loaded nobody else is to come in. A superuser is not held to a limit; for others the right is taken
 * from the public, which cannot be undone to the letter: default privileges are then written down, where there were
 * none.
 */
const closeToOthers = String.raw`
  select case when rolsuper then format('alter database %I connection limit 0', :'scratch')
      else format('revoke connect, temporary on database %I from public', :'scratch') end
  from pg_roles where rolname = current_user \gexec
`;

/**
 * Makes the scratch database `:scratch` beside `:live`, after removing what dead attempts left; or refuses. Its
 * properties are given to it once on trial, so that what would fail at the swap fails before the load. Prints one
 * jsonb object.
 */
export const prepare = String.raw`
${dropLeftovers}
${settle}
\if :refused
  select jsonb_build_object('obstacles', :'obstacles'::jsonb);
\else
  \set name :scratch
  ${createDatabase}
  begin;
  select format('comment on database %I is %L', :'scratch', format('${mark}being restored, to become %I', :'live')) \gexec
  ${closeToOthers}
  select format('alter database %I allow_connections true', :'scratch') \gexec
  commit;
  begin;
  ${applyProperties}
  rollback;
  select jsonb_build_object('oid', d.oid::text, 'missing', case when :'replaces'::boolean then '[]' else (${missingNames}) end)
  from pg_database d where datname = :'scratch';
\endif
`;

/**
 * Gives the scratch database the live one's properties and place, in one transaction: there is no moment at which
 * neither has the name. Sessions are ended and the renaming tried again while clients keep coming back: each look at
 * the sessions has to be a fresh one. Afterwards the old one is dropped; that this fails does not undo the restore.
 */
export const swap = String.raw`
begin;
${settle}
\if :refused
  rollback;
  select jsonb_build_object('obstacles', :'obstacles'::jsonb);
  \quit
\endif
\set name :scratch
${applyProperties}
\if :replaces
  select format('comment on database %I is %L', :'live', format('${mark}what %I was before a restore', :'live')) \gexec
\endif
select set_config('dumpstream.' || name, value, true) from (values ('live', :'live'), ('scratch', :'scratch'),
  ('aside', :'aside'), ('replaces', :'replaces'), ('end_sessions', :'end_sessions')) v(name, value) \g /dev/null
do $$
declare
  live text := current_setting('dumpstream.live');
  scratch text := current_setting('dumpstream.scratch');
  aside text := current_setting('dumpstream.aside');
  replaces boolean := current_setting('dumpstream.replaces');
  end_sessions boolean := current_setting('dumpstream.end_sessions');
begin
  for attempt in 1..20 loop
    perform pg_stat_clear_snapshot();
    perform pg_terminate_backend(pid) from pg_stat_activity
      where (datname = scratch or (datname = live and end_sessions)) and usesysid is not null;
    begin
      if replaces then
        execute format('alter database %I rename to %I', live, aside);
      end if;
      execute format('alter database %I rename to %I', scratch, live);
      exit;
    exception when object_in_use then
      if attempt = 20 or not end_sessions then raise; end if;
    end;
  end loop;
  if replaces then
    execute format('alter database %I with is_template false allow_connections false', aside);
  end if;
end $$;
commit;
\set ON_ERROR_STOP 0
${endOwnSessions}
${limitWaiting}
${dropOwn}
select jsonb_build_object('kept', (select jsonb_agg(datname) from pg_database where datname = :'aside'));
`;

/** After a failure or an abort: no session of the restore stays, and no database of it but the live one. */
export const cleanUp = `
${endOwnSessions}
${dropOwn}
`;

/**
 * Whether the database of that oid is the live one: tells how a swap ended whose answer was lost. The session that swaps
 * may still be at its commit, and is ended first; fails where that takes too long.
 */
export const isLive = `
${endingOwnSessions(60, "raise 'the session that swaps does not end';")}
select exists(select from pg_database where oid = :'oid'::oid and datname = :'live');
`;
