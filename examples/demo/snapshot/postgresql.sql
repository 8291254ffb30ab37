-- Every object of a database with its definition, as one JSON object. Names are qualified, since the search path is empty.
with acl(id, grants) as (
  -- In an order of their own: what was granted counts, and not when.
  select id, string_agg(item, ',' order by item) from (
    select oid::regclass::text, unnest(relacl)::text from pg_class
    union all select oid::regprocedure::text, unnest(proacl)::text from pg_proc
    union all select oid::regnamespace::text, unnest(nspacl)::text from pg_namespace
    union all select 'database', unnest(datacl)::text from pg_database where datname = current_database()
  ) a(id, item) group by id
),
own_schema as (
  select * from pg_namespace where nspname <> 'information_schema' and nspname !~ '^pg_'
),
columns(relation, list) as (
  select attrelid, string_agg(concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod),
      case when attnotnull then 'not null' end, 'identity ' || nullif(attidentity::text, ''), 'generated ' || nullif(attgenerated::text, ''),
      'default ' || pg_get_expr(adbin, adrelid), 'collate ' || nullif(attcollation, 0)::regcollation, 'storage ' || attstorage::text,
      'grants ' || (select string_agg(g::text, ',' order by g::text) from unnest(attacl) g),
      'comment ' || quote_literal(col_description(attrelid, attnum))), E',\n' order by attnum)
  from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
  where attnum > 0 and not attisdropped
  group by attrelid
),
objects(kind, name, parts) as (
  select 'database', '', array['owner ' || pg_get_userbyid(datdba), 'encoding ' || pg_encoding_to_char(encoding),
      'collate ' || datcollate, 'ctype ' || datctype, 'limit ' || datconnlimit, 'grants ' || grants,
      'comment ' || quote_literal(shobj_description(d.oid, 'pg_database')),
      (select 'settings ' || string_agg(format('%s %s', setrole::regrole, setconfig), ' ' order by setrole::regrole::text)
        from pg_db_role_setting where setdatabase = d.oid)]
    from pg_database d left join acl on id = 'database' where datname = current_database()
  union all
  select 'schema', nspname, array['owner ' || pg_get_userbyid(nspowner), 'grants ' || grants,
      'comment ' || quote_literal(obj_description(n.oid, 'pg_namespace'))]
    from own_schema n left join acl on id = n.oid::regnamespace::text
  union all
  select 'extension', extname, array[extversion, extnamespace::regnamespace::text] from pg_extension
  union all
  select case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end,
      c.oid::regclass::text,
      array['owner ' || pg_get_userbyid(relowner), 'grants ' || grants, 'options ' || reloptions::text, 'persistence ' || relpersistence::text,
        'row security ' || relrowsecurity || ' ' || relforcerowsecurity, 'replica identity ' || relreplident::text,
        'comment ' || quote_literal(obj_description(c.oid, 'pg_class')),
        case when relkind <> 'S' then list end,
        case when relkind in ('v', 'm') then pg_get_viewdef(c.oid) end,
        case when relkind = 'p' then pg_get_partkeydef(c.oid) end,
        pg_get_expr(relpartbound, c.oid),
        (select 'child of ' || string_agg(inhparent::regclass::text, ',' order by inhseqno) from pg_inherits where inhrelid = c.oid),
        (select format('%s from %s to %s start %s by %s cache %s cycle %s', seqtypid::regtype, seqmin, seqmax, seqstart, seqincrement,
          seqcache, seqcycle) from pg_sequence where seqrelid = c.oid),
        (select format('%s of %s.%s', deptype, refobjid::regclass, attname) from pg_depend
          join pg_attribute on attrelid = refobjid and attnum = refobjsubid
          where classid = 'pg_class'::regclass and objid = c.oid and refclassid = 'pg_class'::regclass and relkind = 'S')]
    from pg_class c join own_schema n on n.oid = relnamespace left join columns on relation = c.oid
    left join acl on id = c.oid::regclass::text
    where relkind in ('r', 'p', 'v', 'm', 'S', 'f')
  union all
  select 'index', indexrelid::regclass::text, array[pg_get_indexdef(indexrelid), 'valid ' || indisvalid]
    from pg_index join pg_class c on c.oid = indexrelid join own_schema n on n.oid = relnamespace
  union all
  select 'constraint', format('%s on %s', conname, coalesce(nullif(conrelid, 0)::regclass::text, contypid::regtype::text)),
      array[pg_get_constraintdef(c.oid), 'valid ' || convalidated]
    from pg_constraint c join own_schema n on n.oid = connamespace
  union all
  select case prokind when 'p' then 'procedure' else 'function' end, p.oid::regprocedure::text,
      array[case when prokind <> 'a' then pg_get_functiondef(p.oid) end, 'owner ' || pg_get_userbyid(proowner), 'grants ' || grants,
        'comment ' || quote_literal(obj_description(p.oid, 'pg_proc'))]
    from pg_proc p join own_schema n on n.oid = pronamespace left join acl on id = p.oid::regprocedure::text
  union all
  select 'trigger', format('%s on %s', tgname, tgrelid::regclass), array[pg_get_triggerdef(oid), 'enabled ' || tgenabled::text]
    from pg_trigger where not tgisinternal
  union all
  select 'policy', format('%s on %s', polname, polrelid::regclass),
      array[polcmd::text, polpermissive::text, polroles::regrole[]::text, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)]
    from pg_policy
  union all
  select 'type', t.oid::regtype::text, array['owner ' || pg_get_userbyid(typowner), 'not null ' || typnotnull, 'default ' || typdefault,
      'of ' || nullif(typbasetype, 0)::regtype,
      (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid)]
    from pg_type t join own_schema n on n.oid = typnamespace where typtype in ('e', 'd', 'r')
)
select jsonb_object_agg(trim(kind || ' ' || name), array_to_string(parts, E'\n')) from objects;

-- The place of every sequence, as one JSON object for each.
select format('select jsonb_build_object(%L, jsonb_build_array(last_value, is_called)::text) from %s', 'value of sequence ' || oid::regclass, oid::regclass)
from pg_class where relkind = 'S'
\gexec
