/** What a role may not read of its database, by kind: how many, and the first few of them. */
const some = (name: string, from: string): string => `(select case when count(*) > 0 then
    jsonb_build_object('count', count(*), 'names', to_jsonb((array_agg(name order by name))[1:10])) end
  from (select ${name} as name from ${from}) n)`;

/** Of extensions only what is in their configuration tables is dumped. */
const dumped = `nspname !~ '^pg_' and nspname <> 'information_schema'
  and (c.oid in (select unnest(extconfig) from pg_extension) or not exists (select from pg_depend
    where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e'))`;
const relations = (kinds: string, condition: string): string =>
  some(
    `format('%I.%I', nspname, relname)`,
    `pg_class c join pg_namespace s on s.oid = relnamespace where relkind in (${kinds}) and ${dumped} and ${condition}`,
  );

const readable = (owner: string, privileges: string): string => `(pg_has_role(${owner}, 'usage')
  or exists (select from aclexplode(${privileges}) where privilege_type = 'SELECT'
    and (grantee = 0 or pg_has_role(grantee, 'usage'))))`;

/**
 * What the current role lacks to read all of the current database, as a jsonb object of {@link some}; empty for a
 * superuser. pg_dump fails for some of it, and leaves out the rest with no more than a line on standard error.
 */
export const lacking = `
case when (select rolsuper from pg_roles where rolname = current_user) then '{}'::jsonb
else jsonb_strip_nulls(jsonb_build_object(
  'schemas', ${some(
    `format('%I', nspname)`,
    `pg_namespace s where not has_schema_privilege(s.oid, 'usage') and exists (select from pg_class c
       where relnamespace = s.oid and relkind in ('r', 'p', 'S') and ${dumped})`,
  )},
  'tables', ${relations(`'r', 'p'`, `not has_table_privilege(c.oid, 'select')`)},
  'sequences', ${relations(`'S'`, `not has_table_privilege(c.oid, 'select')`)},
  'policies', ${relations(`'r', 'p'`, `relrowsecurity and has_table_privilege(c.oid, 'select') and row_security_active(c.oid)`)},
  'large objects', ${some(
    'oid::text',
    `pg_largeobject_metadata where current_setting('lo_compat_privileges') <> 'on'
       and not ${readable('lomowner', 'lomacl')} and not exists (select from pg_roles
         where rolname = 'pg_read_all_data' and current_setting('server_version_num')::int >= 180000
           and pg_has_role(oid, 'usage'))`,
  )},
  'subscriptions', ${some(
    `format('%I', subname)`,
    'pg_subscription where subdbid = (select oid from pg_database where datname = current_database())',
  )},
  'user mappings', ${some(
    `format('%I of %I', m.usename, m.srvname)`,
    `pg_user_mappings m join pg_foreign_server f on f.oid = m.srvid where m.umoptions is null
       and not case when m.umuser = 0 then pg_has_role(f.srvowner, 'usage') else m.usename = current_user
         and (pg_has_role(f.srvowner, 'usage') or has_server_privilege(f.oid, 'usage')) end`,
  )}))
end`;
