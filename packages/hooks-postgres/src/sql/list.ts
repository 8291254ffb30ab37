import { isOurs } from './leftovers.ts';

/**
 * The databases of the server, but for those that are its own and those of restores, as a jsonb array. One whose DROP
 * was interrupted has the limit -2 (PostgreSQL 15 and later) and can only be dropped. It is the account that connects,
 * whatever role it works as.
 */
export const listDatabases = `
select coalesce(jsonb_agg(jsonb_build_object('name', datname, 'template', datistemplate,
    'open', datallowconn and datconnlimit <> -2,
    'permitted', has_database_privilege(session_user, oid, 'connect')) order by datname), '[]')
from pg_database where datname not in ('template0', 'template1') and not ${isOurs}
`;
