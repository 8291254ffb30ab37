/** One statement of a script, and its first words as they were written. */
export interface Statement {
  readonly text: string;
  readonly words: readonly string[];
}

/** Quoted names and texts, and comments, in none of which a semicolon ends anything. */
const parts = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|;|\s+|[^\s'";-]+|-/gy;
/** Texts with backslashes in them are written so. */
const escaped = /[Ee]'(?:[^'\\]|''|\\.)*'/sy;

/**
 * The statements of a script that pg_dumpall has written: no bodies of functions, no data. Its commands for psql and its
 * comments are left out.
 * @throws Error where a quote is not closed
 */
export function statementsIn(script: string): Statement[] {
  const statements: Statement[] = [];
  let words: string[] = [];
  let word = '';
  let text = '';
  const endWord = () => {
    if (word !== '') words.push(word);
    word = '';
  };
  for (let at = 0; at < script.length; ) {
    const isCommand = text.trim() === '' && script[at] === '\\';
    const part = isCommand ? script.slice(at).split('\n', 1)[0] : partAt(script, at);
    if (part === undefined) throw new Error('the script ends within a quoted text');
    at += part.length;
    if (isCommand || part.startsWith('--')) continue;
    if (part === ';' || /^\s/.test(part)) endWord();
    else word += part;
    if (part !== ';') {
      text += part;
    } else {
      if (words.length > 0) statements.push({ text: text.trim(), words });
      words = [];
      text = '';
    }
  }
  return statements;
}

function partAt(script: string, at: number): string | undefined {
  for (const pattern of [escaped, parts]) {
    pattern.lastIndex = at;
    const found = pattern.exec(script)?.[0];
    if (found !== undefined) return found;
  }
  return undefined;
}
