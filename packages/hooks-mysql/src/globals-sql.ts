import type { Account } from './accounts.ts';
import { grantee, grantStatement, type ObjectGrant, objectExists } from './object-grants.ts';
import { literal, readable } from './sql.ts';

/**
 * SQL that makes accounts, roles and grants, and can be run where some or all of them exist: it takes nothing away. An account that
 * exists keeps its password and all else that it logs in by, so nobody is locked out. Grants on tables and routines that do not
 * exist are passed over.
 *
 * @param accounts roles of MariaDB first
 */
export function globalsSql(accounts: readonly Account[], objectGrants: readonly ObjectGrant[]): string {
  const statements = [
    "SET SESSION sql_mode = ''",
    ...accounts.flatMap((account, index) => [
      `SET @new_${index} = NOT EXISTS (SELECT 1 FROM mysql.user WHERE ${isAccount(account)})`,
      createStatement(account),
    ]),
    ...accounts.flatMap((account, index) => account.grants.flatMap((line) => grantStatements(account, index, line))),
    ...accounts.flatMap(({ user, host, create = '' }, index) => {
      const roles = defaultRoles.exec(create)?.[1];
      if (roles === undefined) return [];
      return onlyIf(`@new_${index}`, `ALTER USER ${grantee(user, host)} DEFAULT ROLE ${roles}`);
    }),
    ...objectGrants.flatMap((grant) => onlyIf(objectExists(grant), grantStatement(grant))),
  ];
  return `${title}${statements.map((statement) => `${statement};\n`).join('')}`;
}

const title = '-- Accounts, roles and what they may do\n';
const name = '`(?:[^`]|``)*`';
const account = `${name}@${name}`;
const string = `'(?:[^'\\\\]|\\\\.|'')*'`;
/** MySQL's; a string may hold the same words. */
const defaultRoles = new RegExp(`(?<=^(?:[^']|${string})*) DEFAULT ROLE (${account}(?:,${account})*)`, 's');

/** Whom an older dump of the same account finds here already. @returns the accounts and roles that the SQL makes, as SQL */
export function createdIn(globals: string): string[] {
  return [...globals.matchAll(new RegExp(`^CREATE USER IF NOT EXISTS (${account})`, 'gm'))].map(
    ([, found = '']) => found,
  );
}

function createStatement({ user, host, create }: Account): string {
  if (create !== undefined) {
    return create.replace(/^CREATE USER /, 'CREATE USER IF NOT EXISTS ').replace(defaultRoles, '');
  }
  // Everybody is in it, and nobody makes it.
  return user === 'PUBLIC' ? 'DO 0' : `CREATE ROLE IF NOT EXISTS ${grantee(user, host)}`;
}

/** Of a line of SHOW GRANTS. Those on tables and routines come from elsewhere: they have to wait for what they are about. */
function grantStatements({ user, host }: Account, index: number, line: string): readonly string[] {
  const proxied = new RegExp(`^GRANT PROXY ON (?:'(.*)'@'(.*)'|(${name})@(${name})) TO `, 's').exec(line);
  if (proxied !== null) {
    const [, ...found] = proxied;
    const [proxiedUser = '', proxiedHost = ''] = found.filter((each) => each !== undefined).map(unquoted);
    const exists = `SELECT 1 FROM mysql.proxies_priv WHERE ${isAccount({ user, host })}
  AND proxied_user = ${literal(proxiedUser)} AND proxied_host = ${literal(proxiedHost)}`;
    return onlyIf(`NOT EXISTS (${exists})`, line);
  }
  if (/^(?:SET DEFAULT ROLE|REVOKE) /.test(line)) return onlyIf(`@new_${index}`, line);
  if (new RegExp(`^GRANT .* ON (?:\\w+ )*${name}\\.${name} TO `, 's').test(line)) return [];
  if (line.startsWith('GRANT USAGE ON *.* ') && !line.includes(' WITH GRANT OPTION')) return [];
  return [withoutLogin(line)];
}

/** MariaDB adds how the account logs in to its rights on everything, which would set that anew. */
function withoutLogin(line: string): string {
  const [, head = line, rest = ''] =
    new RegExp(`^(GRANT .* ON \\*\\.\\* TO ${name}(?:@${name})?)( .*)?$`, 's').exec(line) ?? [];
  const grantable = / WITH GRANT OPTION\b/.test(rest.replaceAll(new RegExp(string, 'gs'), ''));
  return `${head}${grantable ? ' WITH GRANT OPTION' : ''}`;
}

function isAccount({ user, host }: Pick<Account, 'user' | 'host'>): string {
  return `user = ${literal(user)} AND host = ${literal(host)}`;
}

/** Statements that run one if a condition holds. They are written for an empty `sql_mode`. */
export function onlyIf(condition: string, statement: string): readonly string[] {
  return [
    `SET @dumpstream = IF(${condition}, ${readable(statement)}, 'DO 0')`,
    'PREPARE dumpstream FROM @dumpstream',
    'EXECUTE dumpstream',
  ];
}

function unquoted(text: string): string {
  return text.startsWith('`') ? text.slice(1, -1).replaceAll('``', '`') : text;
}
