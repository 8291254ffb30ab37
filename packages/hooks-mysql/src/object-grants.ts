import type { HookContext } from '@dumpstream/core';
import { ask, type Question } from './ask.ts';
import type { Entry } from './entry.ts';
import type { Program } from './programs.ts';
import { identifier, isNamed, literal } from './sql.ts';

/** The server's tables that hold them. */
export const grantTables = ['tables_priv', 'columns_priv', 'procs_priv'] as const;

/** What an account or role may do with one table or routine. */
export interface ObjectGrant {
  readonly user: string;
  /** Empty for MariaDB's roles. */
  readonly host: string;
  readonly database: string;
  /** `TABLE`, `PROCEDURE`, `FUNCTION`, `PACKAGE`, `PACKAGE BODY`. */
  readonly type: string;
  readonly name: string;
  /** On all of it. */
  readonly privileges: readonly string[];
  /** By privilege. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads what is granted on single tables and routines.
 * @param database of one database; undefined: of all
 */
export async function readObjectGrants(
  client: Program,
  entry: Entry,
  database: string | undefined,
  context: HookContext,
): Promise<readonly ObjectGrant[]> {
  const [grants] = await ask(client, entry, context, objectGrantsOf(database));
  return grants;
}

export function objectGrantsOf(database: string | undefined): Question<readonly ObjectGrant[]> {
  return { sql: sql(database), read: parse };
}

function parse(rows: readonly (readonly string[])[]): readonly ObjectGrant[] {
  const grants = new Map<string, ObjectGrant & { columns: Record<string, string[]> }>();
  for (const [type = '', user = '', host = '', db = '', name = '', column = '', set = ''] of rows) {
    const key = JSON.stringify([type, user, host, db, name]);
    const grant = grants.get(key) ?? { user, host, database: db, type, name, privileges: [], columns: {} };
    const privileges = set
      .split(',')
      .filter((each) => each !== '')
      .map(privilegeOf);
    if (column === '') {
      grants.set(key, { ...grant, privileges });
    } else {
      grants.set(key, grant);
      for (const privilege of privileges) grant.columns[privilege] = [...(grant.columns[privilege] ?? []), column];
    }
  }
  return [...grants.values()].filter(({ privileges, columns }) => privileges.length + Object.keys(columns).length > 0);
}

function sql(database: string | undefined): string {
  const where = database === undefined ? '' : `WHERE ${isNamed('db', database)}`;
  return `SELECT 'TABLE', user, host, db, table_name, '', table_priv FROM mysql.tables_priv ${where}
  ORDER BY db, table_name, user, host;
SELECT 'TABLE', user, host, db, table_name, column_name, column_priv FROM mysql.columns_priv ${where}
  ORDER BY db, table_name, user, host, column_name;
SELECT routine_type, user, host, db, routine_name, '', proc_priv FROM mysql.procs_priv ${where}
  ORDER BY db, routine_name, user, host;
`;
}

/** The server's tables spell some in their own way. */
function privilegeOf(spelled: string): string {
  const upper = spelled.toUpperCase();
  return upper === 'GRANT' ? 'GRANT OPTION' : upper === 'DELETE VERSIONING ROWS' ? 'DELETE HISTORY' : upper;
}

/** @returns the statement, without its end */
export function grantStatement({ user, host, database, type, name, privileges, columns }: ObjectGrant): string {
  const whole = privileges.filter((privilege) => privilege !== 'GRANT OPTION');
  const onColumns = Object.entries(columns).map(
    ([privilege, names]) => `${privilege} (${names.map(identifier).join(', ')})`,
  );
  const list = [...whole, ...onColumns].join(', ');
  const option = privileges.includes('GRANT OPTION') ? ' WITH GRANT OPTION' : '';
  return `GRANT ${list === '' ? 'USAGE' : list} ON ${type} ${identifier(database)}.${identifier(name)} TO ${grantee(user, host)}${option}`;
}

/** An account, or with an empty host a role of MariaDB, as SQL. */
export function grantee(user: string, host: string): string {
  if (host !== '') return `${identifier(user)}@${identifier(host)}`;
  return user === 'PUBLIC' ? user : identifier(user);
}

/** The condition that there is what a grant is about. */
export function objectExists({ database, type, name, columns }: ObjectGrant): string {
  const at = (schema: string, object: string) => `${isNamed(schema, database)} AND ${isNamed(object, name)}`;
  if (type !== 'TABLE') {
    return `EXISTS (SELECT 1 FROM information_schema.routines WHERE ${at('routine_schema', 'routine_name')} AND routine_type = '${type}')`;
  }
  const names = [...new Set(Object.values(columns).flat())];
  if (names.length === 0) {
    return `EXISTS (SELECT 1 FROM information_schema.tables WHERE ${at('table_schema', 'table_name')})`;
  }
  const listed = names.map(literal).join(', ');
  return `(SELECT COUNT(*) FROM information_schema.columns WHERE ${at('table_schema', 'table_name')} AND column_name IN (${listed})) = ${names.length}`;
}
