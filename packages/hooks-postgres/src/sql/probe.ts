import { obstacles } from './obstacles.ts';
import { propertiesOf } from './properties.ts';
import { noticesDeadClients } from './script.ts';

const versions = `
    'client', split_part(:'VERSION_NAME', ' ', 1), 'clientMajor', :VERSION_NUM / 10000,
    'server', split_part(current_setting('server_version'), ' ', 1),
    'serverMajor', current_setting('server_version_num')::int / 10000,
    'noticesDeadClients', ${noticesDeadClients}`;

/**
 * In the database to be dumped: versions, its size without what every database has, and its properties. One jsonb
 * object.
 */
export const probeSource = `
select jsonb_build_object(${versions},
    'bytes', pg_database_size(oid) - coalesce((select pg_database_size(oid) from pg_database
        where datname = 'template0' and has_database_privilege(oid, 'connect')), 0),
    'properties', (${propertiesOf('current_database()')}))
from pg_database where datname = current_database();
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
