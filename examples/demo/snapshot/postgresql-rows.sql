-- For every table with rows of its own, as one JSON object each: how many there are, and a checksum over all of them in order.
select format('select jsonb_build_object(''table'', %L, ''rows'', count(*), ''checksum'', md5(coalesce(string_agg(h, %L order by h collate "C"), %L)))
    from (select md5(whole::text) as h from %s whole) hashed', c.oid::regclass, '', '', c.oid::regclass)
from pg_class c join pg_namespace n on n.oid = relnamespace
where relkind in ('r', 'm') and nspname <> 'information_schema' and nspname !~ '^pg_'
\gexec
