import type { HookContext, Meta } from '@dumpstream/core';
import type { Question } from './ask.ts';
import { script } from './commands.ts';
import type { Entry } from './entry.ts';
import { onlyIf } from './globals-sql.ts';
import { listed } from './listed.ts';
import {
  grantee,
  grantStatement,
  grantTables,
  type ObjectGrant,
  objectExists,
  objectGrantsOf,
} from './object-grants.ts';
import type { Program } from './programs.ts';
import { may, type Rights } from './rights.ts';
import { literal } from './sql.ts';

/**
 * What accounts may do with single tables and routines, for the archive: on a server that has none of them yet, it cannot be granted
 * before they are there.
 * @returns the answer is text for the archive, or undefined where there is nothing, or the account may not read it
 */
export function archivedGrantsOf(database: string, rights: Rights): Question<string | undefined> {
  const readable = grantTables.every((table) => may(rights, 'SELECT', 'mysql', table));
  if (!readable) return { sql: '', read: () => undefined };
  const { sql, read } = objectGrantsOf(database);
  return {
    sql,
    read: (rows) => {
      const grants = read(rows);
      return grants.length === 0 ? undefined : JSON.stringify(grants);
    },
  };
}

/** Grants what was archived to those accounts that exist. What fails is a warning: the database is restored. */
export async function grantArchived(client: Program, entry: Entry, meta: Meta, context: HookContext): Promise<void> {
  const grants = parse(meta.grants).map((grant) => ({ ...grant, database: entry.name }));
  if (grants.length === 0) return;
  const statements = grants.flatMap((grant) => {
    const account = `EXISTS (SELECT 1 FROM mysql.user WHERE user = ${literal(grant.user)} AND host = ${literal(grant.host)})`;
    return onlyIf(`${account} AND ${objectExists(grant)}`, grantStatement(grant));
  });
  const sql = `SET SESSION sql_mode = '';\n${statements.map((statement) => `${statement};\n`).join('')}`;
  await context.run(script(client, entry, sql)).catch((error: Error) => {
    context.signal.throwIfAborted();
    const accounts = [...new Set(grants.map(({ user, host }) => grantee(user, host)))];
    context.warn(
      `what these accounts may do with tables and routines was not granted again: ${listed(accounts)}: ${error.message}`,
    );
  });
}

/** An archive is not to be trusted with SQL of ours. */
function parse(archived: string | undefined): ObjectGrant[] {
  if (archived === undefined) return [];
  try {
    const grants: unknown = JSON.parse(archived);
    return Array.isArray(grants) ? grants.filter(isObjectGrant) : [];
  } catch {
    return [];
  }
}

const types = ['TABLE', 'PROCEDURE', 'FUNCTION', 'PACKAGE', 'PACKAGE BODY'];

function isObjectGrant(value: unknown): value is ObjectGrant {
  const { user, host, type, name, privileges, columns } = Object(value) as Record<string, unknown>;
  const texts = (list: unknown): list is string[] =>
    Array.isArray(list) && list.every((each) => typeof each === 'string');
  const isPrivilege = (text: string) => /^[A-Z]+(?: [A-Z]+)*$/.test(text);
  return (
    [user, host, name].every((text) => typeof text === 'string') &&
    types.includes(String(type)) &&
    texts(privileges) &&
    privileges.every(isPrivilege) &&
    Object.entries(Object(columns)).every(([privilege, names]) => isPrivilege(privilege) && texts(names))
  );
}
