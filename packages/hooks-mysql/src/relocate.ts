import { relocateTrigger } from './relocate-trigger.ts';
import { relocateView } from './relocate-view.ts';
import { identifier } from './sql.ts';

/**
 * Takes a database's own name out of the definitions that a dump program wrote of it, so that they can be loaded into a database
 * of another name, and do not touch the one they came from. Where a body names its database, that stays: the server reads it
 * only when it runs.
 *
 * @param dumped views, triggers, routines and events, as mysqldump or mariadb-dump writes them with `--skip-comments`
 */
export function relocate(dumped: string, database: string): string {
  const name = identifier(database);
  let delimiter = ';';
  return dumped
    .replace(/^\/\*M?!999999\\- enable the sandbox mode \*\/ *\n/, '')
    .split(/^(DELIMITER ;;?\n)/m)
    .map((part, at) => {
      if (at % 2 === 1) {
        delimiter = part.slice('DELIMITER '.length, -1);
        return part;
      }
      const relocated = delimiter === ';' ? relocateViews(part, database) : relocateTrigger(part);
      return relocateDefaults(relocated, name, delimiter);
    })
    .join('');
}

/** The character set that a routine was made under is set on its database while it is created: the one in use will do. */
function relocateDefaults(sql: string, name: string, delimiter: string): string {
  const literalName = name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  // Only where a statement begins: not in a body that has such a line.
  const statement = new RegExp(
    `(?<=^|${delimiter}\n)ALTER DATABASE ${literalName}(?= CHARACTER SET \\w+ COLLATE \\w+ ${delimiter}\n)`,
    'g',
  );
  return sql.replace(statement, 'ALTER DATABASE');
}

function relocateViews(sql: string, database: string): string {
  return sql.replace(/(?<=^\/\*!50013 [^\n]*\*\/\n)\/\*!50001 VIEW .*?\*\/;\n/gms, (view) =>
    relocateView(view, database),
  );
}
