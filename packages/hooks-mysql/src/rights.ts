import type { Question } from './ask.ts';

/** What an account may do, as SHOW GRANTS tells it, the roles included that are active when it logs in. */
export interface Rights {
  /** `user@host`, as the server knows the account. */
  readonly account: string;
  readonly grants: readonly Grant[];
  /** Whether names of databases differ by more than upper and lower case. */
  readonly caseSensitive: boolean;
}

interface Grant {
  /** Upper case: `SELECT`, `SHOW VIEW`, …, `ALL PRIVILEGES`. Those on single columns are left out. */
  readonly privileges: ReadonlySet<string>;
  /** A pattern of database names; undefined for all. */
  readonly database?: string;
  /** A table. Routines are left out. */
  readonly table?: string;
  /** Taken from a grant that is wider. */
  readonly revoked: boolean;
}

/** Rights of the account that asks. */
export const rightsQuestion: Question<Rights> = {
  sql: `SET SESSION sql_mode = '', SESSION sql_quote_show_create = 1;
SELECT CURRENT_USER(), @@lower_case_table_names = 0;
SHOW GRANTS;
`,
  read: ([first = [], ...rows]) => {
    const [account = '', caseSensitive] = first;
    return {
      account,
      caseSensitive: caseSensitive === '1',
      grants: rows.map(([line = '']) => parseGrant(line)).filter((grant) => grant !== undefined),
    };
  },
};

const name = '`(?:[^`]|``)*`';
const form = new RegExp(`^(GRANT|REVOKE) (.+?) ON (?:TABLE )?(\\*|${name})\\.(\\*|${name}) (?:TO|FROM) `, 's');
const columns = new RegExp(` \\(${name}(?:, ${name})*\\)`);

/** @returns undefined for what is no right on databases or tables: roles, routines, proxies */
function parseGrant(line: string): Grant | undefined {
  const [all = '', verb, list = '', database = '', table = ''] = form.exec(line) ?? [];
  if (verb === undefined) return undefined;
  // A name with a comma breaks apart here, and what is left of it is no privilege's name.
  const privileges = list.split(/, ?(?![^(]*\))/).filter((privilege) => !columns.test(privilege));
  const grantable = / WITH GRANT OPTION\b/.test(line.slice(all.length));
  return {
    privileges: new Set([...privileges.map((each) => each.toUpperCase()), ...(grantable ? ['GRANT OPTION'] : [])]),
    ...(database === '*' ? {} : { database: unquoted(database) }),
    ...(table === '*' ? {} : { table: unquoted(table) }),
    revoked: verb === 'REVOKE',
  };
}

/**
 * @param database undefined: on all of them
 * @param table undefined: on all of them
 */
export function may(rights: Rights, privilege: string, database?: string, table?: string): boolean {
  const holds = ({ privileges }: Grant) =>
    privileges.has(privilege) || (privilege !== 'GRANT OPTION' && privileges.has('ALL PRIVILEGES'));
  const covers = (grant: Grant) =>
    coversDatabase(rights, grant, database) && (grant.table === undefined || grant.table === table);
  const holding = rights.grants.filter((grant) => holds(grant) && covers(grant));
  const revoked = holding.some((grant) => grant.revoked);
  return holding.some((grant) => !grant.revoked && (grant.database !== undefined || !revoked));
}

/** Whether there is anything at all that the account may do in a database. */
export function mayAnything(rights: Rights, database: string): boolean {
  return rights.grants.some(
    (grant) =>
      !grant.revoked &&
      coversDatabase(rights, grant, database) &&
      (grant.database !== undefined || inDatabases.some((privilege) => grant.privileges.has(privilege))),
  );
}

const inDatabases = ['ALL PRIVILEGES', 'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'ALTER', 'EXECUTE'];

function coversDatabase({ caseSensitive }: Rights, grant: Grant, database: string | undefined): boolean {
  if (grant.database === undefined) return true;
  return database !== undefined && pattern(grant.database, caseSensitive).test(database);
}

function unquoted(quoted: string): string {
  return quoted.slice(1, -1).replaceAll('``', '`');
}

/** `_` and `%` stand for one and any characters, unless a backslash comes before them. */
function pattern(text: string, caseSensitive: boolean): RegExp {
  const body = text.replace(/\\([_%\\])|[_%]|[\\^$.*+?()[\]{}|/]/g, (token, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped === '\\' ? '\\\\' : escaped;
    return token === '_' ? '.' : token === '%' ? '.*' : `\\${token}`;
  });
  return new RegExp(`^${body}$`, caseSensitive ? 's' : 'is');
}
