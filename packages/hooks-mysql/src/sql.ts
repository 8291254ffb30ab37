/**
 * A string as SQL. In hexadecimal, so that nothing in it can end it, whatever `sql_mode` and character set the session has.
 */
export function literal(text: string): string {
  return `_utf8mb4 ${hex(text)}`;
}

/** A string as SQL that can be read, where `sql_mode` is empty. */
export function readable(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\0', '\\0')}'`;
}

/** A name as SQL. */
export function identifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/**
 * The condition that a column of `information_schema` holds this name and no other: there, `cafe` equals `café` and `CAFE`. The
 * first comparison is the one that the server can look up by.
 */
export function isNamed(column: string, name: string): string {
  return `${column} = ${literal(name)} AND (@@lower_case_table_names > 0 OR CAST(${column} AS BINARY) = ${hex(name)})`;
}

function hex(text: string): string {
  return `X'${Buffer.from(text, 'utf8').toString('hex')}'`;
}

/** Where a client's statements are in pieces, it ends one. */
export const endOfPiece = '//dumpstream//';

/**
 * Text for a client that hands all of these statements to the server in one piece. The server then runs them to the end, or to the
 * first error, even if the client and its host are gone.
 */
export function inOnePiece(statements: string): string {
  return `DELIMITER ${endOfPiece}\n${statements}`;
}
