import type { FamilyName } from './families.ts';
import { programIn } from './relocate-trigger.ts';
import { endOfPiece } from './sql.ts';

/** SQL that can be in one piece. */
interface DefinitionParts {
  /** What makes triggers, and belongs to that. */
  readonly triggers: string;
  readonly others: string;
}

/** Takes a text apart that a dump program wrote: triggers come first there. */
export function partsOf(definitions: string, family: FamilyName): DefinitionParts {
  const statements = statementsOf(definitions);
  let end = statements.findLastIndex((statement) => programIn(statement) === 'TRIGGER') + 1;
  if (end > 0) {
    // What was set for the last of them is set back after it: variables of the session, then the database's character set.
    while (/^\/\*!\d+ SET \w+ *= @saved_/.test(statements[end] ?? '')) end += 1;
    if (statements[end]?.startsWith('ALTER DATABASE ')) end += 1;
  }
  const ended = statements.map((statement) => `${statement}\n${endOf(statement, family)}\n`);
  return { triggers: ended.slice(0, end).join(''), others: ended.slice(end).join('') };
}

/**
 * On a line of its own, since a remark can stand before it. MySQL takes a semicolon for a part of the body that it follows, unless that
 * is a block.
 */
function endOf(statement: string, family: FamilyName): string {
  return family === 'mysql' && programIn(statement) !== undefined && !isBlock.test(statement) ? endOfPiece : ';';
}

const isBlock = /(?:^|\bEACH ROW |\bDO )BEGIN\b.*\bEND\s*(?:\*\/)?$/ims;

const remark = '(?:--(?=\\s)|#)[^\\n]*|/\\*(?!M?!).*?\\*/';
const between = new RegExp(`(?:\\s|${remark})+`, 'sy');
const delimiterLine = /DELIMITER (\S+)[^\n]*/y;
/** What can hold a semicolon that ends nothing, and what cannot hold any. */
const token = new RegExp(`'(?:[^'\\\\]|\\\\.)*'|"(?:[^"\\\\]|\\\\.)*"|\`[^\`]*\`|${remark}|[^'"\`#/;-]+|.`, 'sy');
/** The same where `sql_mode` has backslashes stand for themselves. */
const plainToken = new RegExp(`'[^']*'|"[^"]*"|\`[^\`]*\`|${remark}|[^'"\`#/;-]+|.`, 'sy');

/** The statements that a client finds in a text. A server cannot: `DELIMITER` is a word of clients. */
export function statementsOf(text: string): string[] {
  const found: string[] = [];
  let delimiter = ';';
  let inString = token;
  for (let at = 0; at < text.length; ) {
    at += matched(between, text, at).length;
    const line = matched(delimiterLine, text, at);
    if (line !== '') {
      delimiter = line.split(' ')[1] ?? delimiter;
      at += line.length;
      continue;
    }
    const start = at;
    while (at < text.length && !text.startsWith(delimiter, at)) at += matched(inString, text, at).length;
    const statement = text.slice(start, at).trimEnd();
    at += delimiter.length;
    if (statement !== '') found.push(statement);
    const mode = /^(?:\/\*!\d+ )?SET sql_mode *= *(\S+)/i.exec(statement)?.[1];
    if (mode !== undefined) inString = mode.includes('NO_BACKSLASH_ESCAPES') ? plainToken : token;
  }
  return found;
}

function matched(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
