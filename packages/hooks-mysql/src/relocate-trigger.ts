interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What stands between the tokens: blanks, remarks, and the marks around what only some servers shall read. */
const blank = /\s+|\/\*M?!\d*|\*\/|\/\*.*?\*\/|--(?=\s)[^\n]*|#[^\n]*/sy;
/** A quoted name or string, a word, or one character. */
const token = /`(?:[^`]|``)*`|"(?:[^"]|"")*"|'(?:[^'\\]|\\.|'')*'|[\p{L}\p{N}_$\u0080-\uffff]+|./suy;

/**
 * Takes the database's name out of the head of a trigger, which MariaDB keeps as it was written: `CREATE TRIGGER db.name … ON db.table`
 * would be created in that very database.
 *
 * @param sql one statement
 * @returns the same where it is no trigger
 */
export function relocateTrigger(sql: string): string {
  const head = readTokens(sql);
  if (kindOf(head) !== 'TRIGGER') return sql;
  let at = head.findIndex((each) => isWord(each, 'TRIGGER')) + 1;
  if (isWord(head[at], 'IF')) at += 'IF NOT EXISTS'.split(' ').length;
  const on = head.findIndex((each, index) => index > at && isWord(each, 'ON')) + 1;
  if (on === 0) return sql;
  return cut(sql, [qualifierAt(head, at), qualifierAt(head, on)]);
}

/** @returns what one statement makes that has a body: `TRIGGER`, `PROCEDURE` …; undefined where it makes none */
export function programIn(sql: string): string | undefined {
  return kindOf(readTokens(sql));
}

function kindOf(head: readonly Token[]): string | undefined {
  if (!isWord(head[0], 'CREATE')) return undefined;
  const kind = head.find((each) => isWord(each, 'TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT', 'PACKAGE'));
  return kind?.text.toUpperCase();
}

/** The tokens up to the body, or what can be taken for it. */
function readTokens(sql: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < sql.length && !isWord(found.at(-1), 'EACH', 'BEGIN'); ) {
    blank.lastIndex = at;
    if (blank.test(sql)) {
      at = blank.lastIndex;
      continue;
    }
    token.lastIndex = at;
    token.test(sql);
    found.push({ text: sql.slice(at, token.lastIndex), start: at, end: token.lastIndex });
    at = token.lastIndex;
  }
  return found;
}

function isWord(candidate: Token | undefined, ...words: readonly string[]): boolean {
  return candidate !== undefined && words.includes(candidate.text.toUpperCase());
}

/** Where the database and the dot stand, if the name that begins there has them. */
function qualifierAt(head: readonly Token[], at: number): readonly [number, number] | undefined {
  const [database, dot, name] = head.slice(at, at + 3);
  return database !== undefined && dot?.text === '.' && name !== undefined ? [database.start, name.start] : undefined;
}

function cut(text: string, ranges: readonly (readonly [number, number] | undefined)[]): string {
  let rest = '';
  let from = 0;
  for (const range of ranges) {
    if (range === undefined) continue;
    rest += text.slice(from, range[0]);
    from = range[1];
  }
  return rest + text.slice(from);
}
