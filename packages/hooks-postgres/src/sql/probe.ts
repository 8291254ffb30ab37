import { listDatabases } from './list.ts';
import { allObstacles } from './obstacles.ts';
import { propertiesOf } from './properties.ts';
import { lacking } from './rights.ts';
import { noticesDeadClients } from './script.ts';

const versions = `
    'client', split_part(:'VERSION_NAME', ' ', 1), 'clientMajor', :VERSION_NUM / 10000,
    'server', split_part(current_setting('server_version'), ' ', 1),
    'serverMajor', current_setting('server_version_num')::int / 10000,
    'noticesDeadClients', ${noticesDeadClients}, 'database', current_database()`;

const becomeRole = String.raw`
select :'role' <> '' as is_other \gset
\if :is_other
  set role :"role";
\endif`;

/** Size of what is in a database `o`: without what every database has. */
const bytes = `pg_database_size(o.oid) - coalesce((select pg_database_size(oid) from pg_database
      where datname = 'template0' and has_database_privilege(oid, 'connect')), 0)`;

/**
 * In the database to be dumped: versions, its size, its properties, and what the role `:role` (or the account, where
 * that is empty) may not read. One jsonb object.
 */
export const probeSource = `
${becomeRole}
select jsonb_build_object(${versions}, 'user', current_user,
    'bytes', case when has_database_privilege(o.oid, 'connect') then ${bytes} end,
    'properties', (${propertiesOf('o.datname')}),
    'lacking', ${lacking})
from pg_database o where datname = current_database();
`;

/**
 * Whether a look from beside tells of the databases all that their dumps have to know: a superuser lacks nothing in any
 * of them, and enters each, unless the server has rules for single ones. With very many, their sizes take too long.
 */
const seesAll = `(select rolsuper from pg_roles where rolname = current_user)
    and (select count(*) <= 1000 from pg_database)`;
const hasRules = `exists (select from pg_hba_file_rules where not database <@ '{all,replication}')`;

/**
 * The server as one who dumps it sees it, as `:role`, or the account: versions; what role may do; the databases that it
 * has, but for its own and those of restores; and by name the size and properties of each that can be dumped without
 * another look. One jsonb object.
 */
export const probeServer = String.raw`
${becomeRole}
\set dumpable '{}'
select ${seesAll} as sees_all \gset
\if :sees_all
  select not ${hasRules} as sees_all \gset
\endif
\if :sees_all
  select coalesce(jsonb_object_agg(datname, jsonb_build_object(
      'bytes', ${bytes}, 'properties', (${propertiesOf('o.datname')}))), '{}') as dumpable
  from pg_database o where datallowconn and datconnlimit <> -2 \gset
\endif
select jsonb_build_object(${versions}, 'user', current_user,
    'passwords', has_table_privilege('pg_authid', 'select'),
    'mayCreateRoles', (select rolsuper or rolcreaterole from pg_roles where rolname = current_user),
    'databases', (${listDatabases}), 'dumpable', :'dumpable'::jsonb);
`;

/**
 * Beside the databases to be restored: versions, what the account may do, where the server has its data, if that is on the
 * host that asks and the account may know, and of each database whose it is.
 */
export const probeTargets = `
select jsonb_build_object(${versions},
    'user', current_user, 'superuser', rolsuper, 'mayCreate', rolsuper or rolcreatedb,
    'directory', (select setting from pg_settings
      where name = 'data_directory' and inet_client_addr() is not distinct from inet_server_addr()),
    'databases', (select jsonb_object_agg(datname, jsonb_build_object('owner', pg_get_userbyid(datdba),
        'owns', pg_has_role(datdba, 'usage'),
        'inTablespace', dattablespace <> (select oid from pg_tablespace where spcname = 'pg_default'), 'obstacles', coalesce(obstacles, '{}')))
      from pg_database d left join (${allObstacles}) o using (oid)))
from pg_roles where rolname = current_user;
`;
