const blank = /\s/;
/** What a backslash can protect inside double quotes; before anything else it stands for itself. */
const escapable = new Set(['"', '\\', '$', '`']);

/**
 * Splits a string into words as a POSIX shell does: blanks separate, quotes and backslashes protect. Nothing is
 * expanded, and `#` begins no comment.
 * @throws Error when a quote is not closed or the last character is a lone backslash
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
      if (i === text.length) throw new Error('nothing follows the last backslash');
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
  if (quote !== undefined) throw new Error(`the quote ${quote} is not closed`);
  if (word !== undefined) words.push(word);
  return words;
}
