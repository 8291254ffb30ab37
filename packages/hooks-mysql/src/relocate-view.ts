import { identifier } from './sql.ts';

const quotedName = '`(?:[^`]|``)*`';
/** A string, or a name with those that it is qualified by: in the server's own spelling every name is quoted. */
const tokens = new RegExp(`'(?:[^'\\\\]|\\\\.|'')*'|${quotedName}(?:\\.${quotedName})*`, 'gs');

/**
 * Takes the database's name out of a view, where the server writes it down because the view reads other databases too.
 * @param sql in the server's own spelling
 */
export function relocateView(sql: string, database: string): string {
  const own = identifier(database);
  let ambiguous = false;
  const relocated = replaceNames(sql, ([first = '', ...rest]) => {
    // Then it could as well be an alias of a table, and `db`.`x` a column.
    if (rest.includes(own) || (first === own && rest.length === 0)) ambiguous = true;
    return first === own ? rest : [first, ...rest];
  });
  return ambiguous ? sql : relocated;
}

/** Rewrites every name, given by its quoted parts. Strings stay as they are. */
export function replaceNames(sql: string, replace: (parts: readonly string[]) => readonly string[]): string {
  return sql.replace(tokens, (token) =>
    token.startsWith("'") ? token : replace(token.match(new RegExp(quotedName, 'g')) ?? []).join('.'),
  );
}
