import { BackupError } from './errors.ts';

/** What separates words: not every white space, as a shell has it. */
const blank = /[ \t\n]/;
/** What a backslash can protect inside double quotes; before anything else it stands for itself. */
const escapable = new Set(['"', '\\', '$', '`']);

/**
 * Splits a text into words as a POSIX shell does: blanks separate, quotes and backslashes protect. Nothing is expanded, and
 * what is an operator or the begin of a comment to a shell (`;`, `|`, `#`, …) is a character like any other.
 * @param text such as the value of an `options` key
 * @returns the words, which may be empty ones where they were quoted
 * @throws BackupError `CONFIG_INVALID` where a quote is not closed or the last character is a lone backslash; its message
 *   holds nothing of the text
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  // Undefined between words, so that `''` is an empty word.
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (char === quote) {
      quote = undefined;
    } else if (char === '\\' && quote !== "'") {
      i += 1;
      if (i === text.length) throw invalid('nothing follows the last backslash', 'double a backslash that is meant');
      const next = text.charAt(i);
      // A backslash at a line's end joins the two lines.
      if (next !== '\n') word = (word ?? '') + (quote === '"' && !escapable.has(next) ? `\\${next}` : next);
    } else if (quote === undefined && (char === '"' || char === "'")) {
      quote = char;
      word ??= '';
    } else if (quote === undefined && blank.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== undefined)
    throw invalid(`the quote ${quote} is not closed`, 'put a backslash before a quote that is meant');
  if (word !== undefined) words.push(word);
  return words;
}

function invalid(message: string, hint: string): BackupError {
  return new BackupError('CONFIG_INVALID', message, { hint });
}
