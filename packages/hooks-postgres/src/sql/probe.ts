import { allObstacles, obstacles } from './obstacles.ts';
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

/**
 * In the database to be dumped: versions, its size without what every database has, its properties, and what the role
 * `:role` (or the account, where that is empty) may not read. One jsonb object.
 */
export const probeSource = `
${becomeRole}
select jsonb_build_object(${versions}, 'user', current_user,
    'bytes', case when has_database_privilege(oid, 'connect') then pg_database_size(oid) else 0 end
        - coalesce((select pg_database_size(oid) from pg_database
            where datname = 'template0' and has_database_privilege(oid, 'connect')), 0),
    'properties', (${propertiesOf('current_database()')}),
    'lacking', ${lacking})
from pg_database where datname = current_database();
`;

/** Whether the role `:role`, or the account, may read the passwords of all. One jsonb object. */
export const probeGlobals = `
${becomeRole}
select jsonb_build_object(${versions}, 'user', current_user,
    'passwords', has_table_privilege('pg_authid', 'select'),
    'mayCreateRoles', (select rolsuper or rolcreaterole from pg_roles where rolname = current_user));
`;

/** Beside the database to be restored: versions, what the account may do, and what forbids to replace `:live`. */
export const probeTarget = `
select jsonb_build_object(${versions},
    'user', current_user, 'superuser', rolsuper, 'mayCreate', rolsuper or rolcreatedb,
    'exists', d.oid is not null, 'owner', pg_get_userbyid(d.datdba),
    'owns', d.oid is null or pg_has_role(d.datdba, 'usage'),
    'obstacles', coalesce((${obstacles}), '{}'))
from pg_roles left join pg_database d on datname = :'live' where rolname = current_user;
`;

/** The server, of which all databases are to be replaced, seen from one of them. */
export const probeCluster = `
select jsonb_build_object(${versions},
    'user', current_user, 'superuser', rolsuper, 'obstacles', coalesce((${allObstacles}), '{}'))
from pg_roles where rolname = current_user;
`;
