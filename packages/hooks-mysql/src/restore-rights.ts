import { wants } from './dump-options.ts';
import type { LoadJob } from './entry.ts';
import type { Facts } from './facts.ts';
import { canHideForeignKeys } from './foreign-keys.ts';
import { may, type Rights } from './rights.ts';
import { scratchOf } from './scratch.ts';

/** What an account lacks to restore a database, in words. */
export function missingForRestore(rights: Rights, { entry, strategy }: LoadJob, facts: Facts): readonly string[] {
  const lacking = (database: string, privileges: readonly string[]) => {
    const missing = privileges.filter((privilege) => !may(rights, privilege, database));
    return missing.length === 0 ? [] : [`${missing.join(', ')} on ${database}.*`];
  };
  const missing = lacking(entry.name, tables);
  if (strategy === 'in-place') return missing;
  const { fresh, aside } = scratchOf(entry.name, facts.server);
  return [
    ...missing,
    // Only then can what is there be put back.
    ...lacking(entry.name, [
      ...(wants(entry, 'triggers') ? ['TRIGGER'] : []),
      ...['EVENT', 'LOCK TABLES'],
      ...(facts.tables.some(({ type }) => type === 'VIEW') ? ['CREATE VIEW', 'SHOW VIEW'] : []),
      ...(facts.routines.length > 0 ? ['CREATE ROUTINE', 'ALTER ROUTINE'] : []),
    ]),
    ...(facts.routines.every(({ readable }) => readable) ? [] : ['the right to read all of its routines']),
    ...(facts.routines.length > 0 && !may(rights, 'SELECT', 'mysql', 'procs_priv')
      ? ['SELECT on mysql.procs_priv']
      : []),
    ...(canHideForeignKeys(rights, facts) ? ['PROCESS on *.*, to see foreign keys of other databases'] : []),
    ...lacking(fresh, tables),
    ...lacking(aside, tables),
  ];
}

const tables = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'ALTER', 'INDEX', 'REFERENCES'];
