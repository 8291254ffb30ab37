import type { HookContext } from '@dumpstream/core';
import { query } from './commands.ts';
import type { Entry } from './entry.ts';
import type { FamilyName } from './families.ts';
import { grantee } from './object-grants.ts';
import type { Program } from './programs.ts';
import { parseRows } from './rows.ts';
import { literal } from './sql.ts';

/** An account, or a role of MariaDB. */
export interface Account {
  readonly user: string;
  /** Empty for a role of MariaDB. */
  readonly host: string;
  /** `CREATE USER …` in the server's words; absent for roles of MariaDB. */
  readonly create?: string;
  /** What SHOW GRANTS says. */
  readonly grants: readonly string[];
}

/** Reads all accounts and roles, but those that come with a server. */
export async function readAccounts(
  client: Program,
  entry: Entry,
  family: FamilyName,
  context: HookContext,
): Promise<readonly Account[]> {
  for (let attempt = 1; ; attempt += 1) {
    const names = parseRows(await context.run(query(client, entry, listSql[family])));
    const statements = names.map(([user = '', host = '']) => describeSql({ user, host }));
    try {
      return parse(await context.run(query(client, entry, `${session}${statements.join('')}`)));
    } catch (error) {
      // One of them can have gone since.
      if (attempt === 3 || context.signal.aborted) throw error;
    }
  }
}

/** Accounts that a server has in its tables and does not know, for their host's name with `skip_name_resolve`, are left out. */
const isKnown = `CAST(CONCAT("'", user, "'@'", host, "'") AS BINARY) IN
  (SELECT CAST(grantee AS BINARY) FROM information_schema.user_privileges)`;

const listSql: Readonly<Record<FamilyName, string>> = {
  mysql: `SET SESSION sql_mode = '';
SELECT user, host FROM mysql.user WHERE NOT (user LIKE 'mysql.%' AND host = 'localhost') ORDER BY user, host;\n`,
  mariadb: `SET SESSION sql_mode = '';
SELECT user, host FROM mysql.user WHERE is_role = 'Y'
  OR (user <> 'mariadb.sys' AND ${isKnown}) ORDER BY is_role = 'N', user, host;\n`,
};

/** Names in backticks; passwords as what they are stored as, in letters. */
const session = `SET SESSION sql_mode = '', SESSION sql_quote_show_create = 1;
/*!80017 SET SESSION print_identified_with_as_hex = ON */;
`;

function describeSql({ user, host }: Pick<Account, 'user' | 'host'>): string {
  const name = grantee(user, host);
  // A row of three columns begins an account.
  return `SELECT 'account', ${literal(user)}, ${literal(host)};
${host === '' ? '' : `SHOW CREATE USER ${name};\n`}SHOW GRANTS FOR ${name};
`;
}

function parse(output: string): Account[] {
  const accounts: { user: string; host: string; create?: string; grants: string[] }[] = [];
  for (const [first = '', user, host] of parseRows(output)) {
    const current = accounts.at(-1);
    if (user !== undefined && host !== undefined) accounts.push({ user, host, grants: [] });
    else if (first.startsWith('CREATE USER ') && current !== undefined) current.create = first;
    else current?.grants.push(first);
  }
  return accounts;
}
