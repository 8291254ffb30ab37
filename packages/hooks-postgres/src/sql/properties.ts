/**
 * What a database is besides its content, as a flat jsonb object of strings, in the form that a manifest keeps. What
 * only some versions have is taken from the whole row as jsonb, so that one text does for all.
 * @param name SQL expression of the database's name
 */
export function propertiesOf(name: string): string {
  return `
select jsonb_strip_nulls(jsonb_build_object(
    'encoding', pg_encoding_to_char(d.encoding), 'collate', d.datcollate, 'ctype', d.datctype,
    'locale_provider', case j->>'datlocprovider' when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
    'locale', coalesce(j->>'datlocale', j->>'daticulocale'), 'icu_rules', j->>'daticurules',
    'owner', pg_get_userbyid(d.datdba), 'tablespace', t.spcname, 'connection_limit', d.datconnlimit::text,
    'is_template', d.datistemplate::text, 'allow_connections', d.datallowconn::text,
    'comment', shobj_description(d.oid, 'pg_database'),
    'settings', (select jsonb_agg(jsonb_build_object(
          'role', case when s.setrole <> 0 then pg_get_userbyid(s.setrole) end,
          'name', split_part(c, '=', 1), 'value', substr(c, strpos(c, '=') + 1)) order by s.setrole, o)::text
        from pg_db_role_setting s, unnest(s.setconfig) with ordinality u(c, o) where s.setdatabase = d.oid),
    'privileges', case when d.datacl is not null then (select coalesce(jsonb_agg(jsonb_build_object(
          'grantor', pg_get_userbyid(grantor), 'grantee', case when grantee <> 0 then pg_get_userbyid(grantee) end,
          'privilege', privilege_type, 'grantable', is_grantable) order by o), '[]')::text
        from aclexplode(d.datacl) with ordinality a(grantor, grantee, privilege_type, is_grantable, o)) end,
    'labels', (select jsonb_agg(jsonb_build_object('provider', provider, 'label', label))::text
        from pg_shseclabel where objoid = d.oid and classoid = 'pg_database'::regclass)))
from pg_database d join pg_tablespace t on t.oid = d.dattablespace, lateral (select to_jsonb(d) as j) whole
where d.datname = ${name}
`;
}

/**
 * Makes the database `:name` of the properties `:props`, closed to everybody until it bears its mark. Naming the
 * template's own tablespace would take a right that leaving it out does not.
 */
export const createDatabase = String.raw`
select format('create database %I template template0 allow_connections false', :'name')
    || coalesce(' encoding ' || quote_literal(p->>'encoding'), '')
    || coalesce(' lc_collate ' || quote_literal(p->>'collate'), '')
    || coalesce(' lc_ctype ' || quote_literal(p->>'ctype'), '')
    || case when current_setting('server_version_num')::int >= 150000 then
         case p->>'locale_provider' when 'libc' then ' locale_provider libc'
           when 'icu' then ' locale_provider icu' || coalesce(' icu_locale ' || quote_literal(p->>'locale'), '')
             || coalesce(' icu_rules ' || quote_literal(p->>'icu_rules'), '')
           when 'builtin' then ' locale_provider builtin'
             || coalesce(' builtin_locale ' || quote_literal(p->>'locale'), '')
           else '' end
       else '' end
    || coalesce((select format(' tablespace %I', spcname) from pg_tablespace where spcname = p->>'tablespace'
         and oid <> (select dattablespace from pg_database where datname = 'template0')), '')
from (select :'props'::jsonb p) s
\gexec
`;

// Settings whose values are lists of quoted names: one literal for all would be one name.
const listSettings = `'local_preload_libraries', 'search_path', 'session_preload_libraries', 'shared_preload_libraries',
  'temp_tablespaces', 'unix_socket_directories'`;

/**
 * Gives the properties `:props` to the database `:name`; to be run in a transaction. What names a role that is not
 * there is left out (it can only come from a manifest). Privileges of a grantor other than the owner are given as
 * that role, after the owner's.
 */
export const applyProperties = String.raw`
select format('alter database %I owner to %I', :'name', rolname)
from pg_roles where rolname = :'props'::jsonb->>'owner'
  and not coalesce((:'props'::jsonb->>'no_owner')::boolean, false)
\gexec
select format('alter database %I with connection limit %s is_template %s allow_connections %s', :'name',
    coalesce(p->>'connection_limit', '-1')::int::text, coalesce(p->>'is_template', 'false')::boolean::text,
    coalesce(p->>'allow_connections', 'true')::boolean::text)
from (select :'props'::jsonb p) s
\gexec
select case when role is null then format('alter database %I', :'name')
      else format('alter role %I in database %I', role, :'name') end
    || ' set ' || (select string_agg(quote_ident(part), '.' order by o)
      from unnest(string_to_array(name, '.')) with ordinality n(part, o))
    || ' to ' || case when lower(name) in (${listSettings}) then coalesce((
         select string_agg(quote_literal(replace(coalesce(m[1], m[2]), '""', '"')), ', ' order by o)
         from regexp_matches(value, '\s*(?:"((?:[^"]|"")*)"|([^",\s][^,]*?))\s*(?:,|$)', 'g')
           with ordinality l(m, o)), '''''')
       else quote_literal(value) end
from jsonb_to_recordset(coalesce((:'props'::jsonb->>'settings')::jsonb, '[]')) s(role text, name text, value text)
where role is null or role in (select rolname from pg_roles)
\gexec
select format('revoke all on database %I from public, %I', :'name', pg_get_userbyid(datdba))
from pg_database where datname = :'name' and :'props'::jsonb ? 'privileges'
\gexec
select format('grant connect, temporary on database %I to public', :'name')
from pg_database where datname = :'name' and datacl is not null and not :'props'::jsonb ? 'privileges'
\gexec
select case when grantor = recorded then grant_it
    else format('set local role %I; %s; reset role', grantor, grant_it) end
from (select p, p->>'owner' as recorded, pg_get_userbyid(datdba) as owner
      from pg_database, (select :'props'::jsonb as p) s where datname = :'name') d,
  jsonb_array_elements((p->>'privileges')::jsonb) with ordinality a(item, o),
  lateral (select item->>'grantor' as grantor, item->>'grantee' as grantee, item->>'privilege' as privilege) i,
  lateral (select format('grant %s on database %I to %s%s', privilege, :'name',
      coalesce(quote_ident(case grantee when recorded then owner else grantee end), 'public'),
      case when (item->>'grantable')::boolean then ' with grant option' else '' end) as grant_it) g
where privilege in ('CREATE', 'CONNECT', 'TEMPORARY')
  and (grantor = recorded or grantor in (select rolname from pg_roles))
  and (grantee is null or grantee = recorded or grantee in (select rolname from pg_roles))
order by grantor <> recorded, o
\gexec
select format('comment on database %I is ', :'name') || coalesce(quote_literal(:'props'::jsonb->>'comment'), 'null')
\gexec
select format('security label for %I on database %I is %L', provider, :'name', label)
from jsonb_to_recordset(coalesce((:'props'::jsonb->>'labels')::jsonb, '[]')) l(provider text, label text)
\gexec
`;

/** What the properties `:props` name and the server does not have, as a jsonb array of texts. */
export const missingNames = `
select coalesce(jsonb_agg(what order by what), '[]') from (
  select distinct 'role ' || quote_ident(name) as what
  from (select :'props'::jsonb as p) s, lateral (
    select p->>'owner' where not coalesce((p->>'no_owner')::boolean, false) union all
    select x->>'role' from jsonb_array_elements((p->>'settings')::jsonb) x union all
    select v from jsonb_array_elements((p->>'privileges')::jsonb) x,
      lateral (values (x->>'grantor'), (x->>'grantee')) g(v)) n(name)
  where name is not null and name not in (select rolname from pg_roles)
  union all
  select 'tablespace ' || quote_ident(p->>'tablespace') from (select :'props'::jsonb as p) s
  where p->>'tablespace' not in (select spcname from pg_tablespace)) m
`;
