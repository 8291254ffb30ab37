import { randomBytes } from 'node:crypto';
import type { HookContext } from '@dumpstream/core';
import { ask } from './ask.ts';
import { script } from './commands.ts';
import type { Entry } from './entry.ts';
import type { Facts } from './facts.ts';
import { atLeast } from './families.ts';
import type { Program } from './programs.ts';
import { may, rightsQuestion } from './rights.ts';
import type { Scratch } from './scratch.ts';
import { identifier } from './sql.ts';

/**
 * Makes an account that can do what a dump does, in one database and nowhere else: a dump that names another, the live one for
 * instance, fails. Where events are run, it may not make any: they would be run here, and can name other databases. It is gone with
 * the job.
 *
 * @param marker the restore's own, which its session looks at
 * @returns the entry with the account
 */
export async function withThrowawayAccount(
  client: Program,
  entry: Entry,
  scratch: Scratch,
  marker: string,
  { server }: Facts,
  context: HookContext,
): Promise<Entry> {
  const { fresh, aside, account: name } = scratch;
  const [rights] = await ask(client, entry, context, rightsQuestion);
  const account = accountOf(name);
  // Policies want a character of each kind.
  const password = `${randomBytes(24).toString('base64url')}-aA1`;
  const everywhere = definerRights(server).filter((privilege) => may(rights, privilege));
  context.defer((later) => later.run(script(client, entry, dropThrowawayAccount(scratch))));
  await context.run(
    script(
      client,
      entry,
      `SET SESSION sql_mode = '';
DROP USER IF EXISTS ${account};
CREATE USER ${account} IDENTIFIED BY '${password}';
GRANT ${[...inDatabase, ...(server.runsEvents ? [] : ['EVENT'])].join(', ')} ON ${identifier(fresh.replaceAll('_', '\\_'))}.* TO ${account};
GRANT SELECT ON ${identifier(aside)}.${identifier(marker)} TO ${account};
${everywhere.length === 0 ? '' : `GRANT ${everywhere.join(', ')} ON *.* TO ${account};\n`}`,
    ),
  );
  return { ...entry, username: name, password };
}

/** SQL that removes the account. */
export function dropThrowawayAccount({ account }: Scratch): string {
  return `DROP USER IF EXISTS ${accountOf(account)};\n`;
}

function accountOf(name: string): string {
  return `${identifier(name)}@'%'`;
}

const inDatabase = [
  ...[
    'SELECT',
    'INSERT',
    'UPDATE',
    'DELETE',
    'CREATE',
    'DROP',
    'REFERENCES',
    'INDEX',
    'ALTER',
    'LOCK TABLES',
    'EXECUTE',
  ],
  ...['CREATE TEMPORARY TABLES', 'CREATE VIEW', 'SHOW VIEW', 'CREATE ROUTINE', 'ALTER ROUTINE', 'TRIGGER'],
];

/** What it takes to make things in the name of others, as dumps do; none of it opens other databases. */
function definerRights({ family, version }: Facts['server']): readonly string[] {
  if (family === 'mariadb') return ['SUPER', ...(atLeast(version, '10.5') ? ['SET USER'] : [])];
  if (atLeast(version, '8.2')) return ['SUPER', 'SET_ANY_DEFINER', 'ALLOW_NONEXISTENT_DEFINER', 'SYSTEM_USER'];
  return ['SUPER', ...(atLeast(version, '8.0') ? ['SET_USER_ID', 'SYSTEM_USER'] : [])];
}
