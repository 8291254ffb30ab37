import { BackupError, splitWords } from '@dumpstream/core';

/** What each would do behind our back, by its long name. */
const refused: Readonly<Record<string, string>> = {
  'all-databases': 'an entry is one database; add an entry for each',
  databases: 'an entry is one database, and its dump must fit one of another name; add an entry for each',
  'result-file': 'the dump goes into the archive',
  tab: 'the dump goes into the archive',
  xml: 'such a dump cannot be restored',
  host: 'use the key `hostname`',
  port: 'use the key `port`',
  user: 'use the key `username`',
  password: 'use the key `password`',
  help: 'it makes no dump',
  version: 'it makes no dump',
};
const letters: Readonly<Record<string, string>> = {
  A: 'all-databases',
  B: 'databases',
  r: 'result-file',
  T: 'tab',
  X: 'xml',
  h: 'host',
  P: 'port',
  u: 'user',
  p: 'password',
  '?': 'help',
  I: 'help',
  V: 'version',
};
/** Letters after which the rest of the word, or else the next word, is a value. */
const takesValue = 'hPrSTuw';

/**
 * The entry's `options` as arguments for the dump program.
 * @throws BackupError `CONFIG_INVALID` when they cannot be split, or hold one that would make the dump go elsewhere or be
 *   something else than one database
 */
export function dumpOptions(options: string): string[] {
  const words = splitWords(options);
  for (const name of longNames(words)) {
    // Any unambiguous beginning of a name is taken for it.
    const match = Object.keys(refused).find((known) => known.startsWith(name));
    if (match === undefined) continue;
    throw new BackupError('CONFIG_INVALID', `\`options\` may not hold --${match}`, { hint: refused[match] });
  }
  return words;
}

/** Long names of the options that the words hold: as they were written, or of the letters that are refused. */
function* longNames(words: readonly string[]): Generator<string> {
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (word.startsWith('--')) {
      yield word
        .slice(2)
        .replace(/=.*/s, '')
        .replace(/^loose[-_]/, '')
        .replaceAll('_', '-');
    } else if (word.startsWith('-')) {
      for (let at = 1; at < word.length; at += 1) {
        const letter = word.charAt(at);
        const name = letters[letter];
        if (name !== undefined) yield name;
        if (takesValue.includes(letter)) {
          if (at === word.length - 1) i += 1;
          break;
        }
      }
    }
  }
}
