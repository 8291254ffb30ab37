/** A piece of a value: text as it stands, or a reference to what takes its place. */
export type Piece = string | Reference;

export type Reference =
  | { readonly from: 'environment'; readonly name: string; readonly otherwise: string | undefined }
  | { readonly from: 'credential'; readonly kind: string; readonly argument: readonly Piece[] };

/** `\${` and the two kinds of references. Whatever else has a dollar or braces is text: for a shell, awk or Borg. */
const pattern = /\\\$\{|\$\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|\{credential\b((?:\$\{[^}]*\}|[^{}])*)\}/g;

/**
 * Takes a value apart. References are `${NAME}`, `${NAME:-default}` or `${NAME-default}` (both: where it is not set),
 * `{credential KIND ARGUMENT}`, whose argument may stand in quotes and hold references to the environment; `\${` is `${`.
 * @returns undefined where there is nothing to be replaced
 */
export function parseReferences(text: string): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    pieces.push(text.slice(end, match.index), pieceOf(match));
    end = match.index + match[0].length;
  }
  return pieces.length === 0 ? undefined : [...pieces, text.slice(end)].filter((piece) => piece !== '');
}

function pieceOf([, name, otherwise, credential]: RegExpMatchArray): Piece {
  if (name !== undefined) return { from: 'environment', name, otherwise };
  if (credential === undefined) return '${';
  const [, kind = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(credential.trim()) ?? [];
  const argument = /^(["'])(.*)\1$/s.exec(rest)?.[2] ?? rest;
  return { from: 'credential', kind, argument: parseReferences(argument) ?? [argument] };
}
