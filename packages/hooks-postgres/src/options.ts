import { BackupError, splitWords } from '@dumpstream/core';

/** A string that is split as a shell does it, or the words themselves. */
export type Words = string | readonly string[];

/** What has to be known of a client program to find an option among its arguments. */
export interface OptionTable {
  /** Long names of the options with these letters, as far as anybody asks for them. */
  readonly letters: Readonly<Record<string, string>>;
  /** Letters after which the rest of the word, or else the next word, is a value. */
  readonly takesValue: string;
  /** Long options whose value may be the next word, as far as anybody asks for them. */
  readonly longWithValue: readonly string[];
}

export interface Option {
  /** As it was written, without hyphens; the long name of a letter. */
  readonly name: string;
  readonly value: string;
}

/**
 * The value of an entry's key as words.
 * @throws BackupError `CONFIG_INVALID` when they cannot be split
 */
export function wordsOf(key: string, value: Words = ''): string[] {
  if (typeof value !== 'string') return [...value];
  try {
    return splitWords(value);
  } catch (error) {
    const { message, hint } = error as BackupError;
    throw new BackupError('CONFIG_INVALID', `\`${key}\` cannot be read: ${message}`, { cause: error, hint });
  }
}

/** The options among the arguments of a program, as getopt_long(3) finds them. */
export function* optionsIn(words: readonly string[], table: OptionTable): Generator<Option> {
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (word === '--') return;
    if (word.startsWith('--')) {
      const [name = '', ...rest] = word.slice(2).split('=');
      const next = rest.length === 0 && isOneOf(name, table.longWithValue) ? words[++i] : undefined;
      yield { name, value: next ?? rest.join('=') };
    } else if (word.startsWith('-')) {
      for (let at = 1; at < word.length; at += 1) {
        const letter = word.charAt(at);
        const takesValue = table.takesValue.includes(letter);
        const value = takesValue ? word.slice(at + 1) || (words[++i] ?? '') : '';
        const name = table.letters[letter];
        if (name !== undefined) yield { name, value };
        if (takesValue) break;
      }
    }
  }
}

/** Whether an option is one of these: any unambiguous beginning of a long name is taken for it. */
export function isOneOf(name: string, known: readonly string[]): boolean {
  return find(name, known) !== undefined;
}

/**
 * Refuses what an entry's key may not hold.
 * @param refused by long name, why not or what to do instead
 * @throws BackupError `CONFIG_INVALID`
 */
export function refuse(key: string, options: Iterable<Option>, refused: Readonly<Record<string, string>>): void {
  for (const { name } of options) {
    const match = find(name, Object.keys(refused));
    if (match !== undefined) {
      throw new BackupError('CONFIG_INVALID', `\`${key}\` may not hold --${match}`, { hint: refused[match] });
    }
  }
}

function find(name: string, known: readonly string[]): string | undefined {
  return name === '' ? undefined : (known.find((each) => each === name) ?? known.find((each) => each.startsWith(name)));
}
