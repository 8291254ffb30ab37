import { BackupError } from '@dumpstream/core';
import type { Format } from './entry.ts';
import { splitWords } from './words.ts';

/** What each would do behind our back, by pg_dump's long name. */
const refused: Readonly<Record<string, string>> = {
  file: 'the dump goes into the archive',
  format: 'use the key `format`',
  dbname: 'use the key `name`',
  host: 'use the key `hostname`',
  port: 'use the key `port`',
  username: 'use the key `username`',
  password: 'use the key `password`; nobody is there to be asked',
  // A plain dump would reconnect to the live database in the middle of its restore.
  create: 'a restore creates the database itself',
  help: 'it makes no dump',
  version: 'it makes no dump',
};
const letters: Readonly<Record<string, string>> = {
  f: 'file',
  F: 'format',
  d: 'dbname',
  h: 'host',
  p: 'port',
  U: 'username',
  W: 'password',
  C: 'create',
  c: 'clean',
  V: 'version',
  '?': 'help',
};
/** Letters after which the rest of the word, or else the next word, is a value. */
const takesValue = 'deEfFhjnNpStTUZ';

/**
 * The entry's `options` as arguments for pg_dump.
 * @throws BackupError `CONFIG_INVALID` when they cannot be split, or hold one that would make the dump go elsewhere
 *   or be something else than what the archive says
 */
export function dumpOptions(options: string, format: Format): string[] {
  let words: string[];
  try {
    words = splitWords(options);
  } catch (error) {
    throw new BackupError('CONFIG_INVALID', `\`options\` cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  for (const name of longNames(words)) {
    // pg_dump takes any unambiguous beginning of a name.
    const match = Object.keys(refused).find((known) => known.startsWith(name));
    if (match !== undefined) {
      throw new BackupError('CONFIG_INVALID', `\`options\` may not hold --${match}`, { hint: refused[match] });
    }
    if (format === 'plain' && name !== '' && 'clean'.startsWith(name)) {
      throw new BackupError('CONFIG_INVALID', '`options` of a plain dump may not hold --clean', {
        hint: 'such a dump cannot be loaded into an empty database; a restore replaces what is there without it',
      });
    }
  }
  return words;
}

/** Long names of the options that the words hold, as far as they are refused; long options as they were written. */
function* longNames(words: readonly string[]): Generator<string> {
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (word === '--') return;
    if (word.startsWith('--')) {
      yield word.slice(2).split('=', 1)[0] ?? '';
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
