import { BackupError, splitWords } from '@dumpstream/core';
import type { Entry } from './entry.ts';

/** Keys of an entry that hold words for a program. */
export type WordsKey = Extract<keyof Entry, `${string}options` | `${string}command`>;

/** @throws BackupError `CONFIG_INVALID`, naming the key, when the value cannot be split */
export function wordsOf(entry: Entry, key: WordsKey): readonly string[] {
  const value = entry[key] ?? [];
  if (typeof value !== 'string') return value;
  try {
    return splitWords(value);
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    throw new BackupError(error.code, `\`${key}\` cannot be split: ${error.message}`, { hint: error.hint });
  }
}

/** What a program may not be told by the entry, and why. */
export interface Refusal {
  /** Reasons by long name. */
  readonly reasons: Readonly<Record<string, string>>;
  /** The long names of the letters that mean the same. */
  readonly letters: Readonly<Record<string, string>>;
  /** Letters after which the rest of the word, or else the next word, is a value. */
  readonly takeValue: string;
}

/**
 * An entry's words as arguments for a program.
 * @throws BackupError `CONFIG_INVALID` when they cannot be split, or hold one that is refused
 */
export function permitted(entry: Entry, key: WordsKey, refusal: Refusal): readonly string[] {
  const words = wordsOf(entry, key);
  for (const name of longNames(words, refusal)) {
    // Any unambiguous beginning of a name is taken for it.
    const match = Object.keys(refusal.reasons).find((known) => known.startsWith(name));
    if (match === undefined) continue;
    throw new BackupError('CONFIG_INVALID', `\`${key}\` may not hold --${match}`, { hint: refusal.reasons[match] });
  }
  return words;
}

/** Long names of the options that the words hold: as they were written, or of the letters that are refused. */
function* longNames(words: readonly string[], { letters, takeValue }: Refusal): Generator<string> {
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
        if (takeValue.includes(letter)) {
          if (at === word.length - 1) i += 1;
          break;
        }
      }
    }
  }
}
