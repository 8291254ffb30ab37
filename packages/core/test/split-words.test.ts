import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { BackupError } from '../src/errors.ts';
import { splitWords } from '../src/split-words.ts';

describe('words are those of a shell', () => {
  test.each([
    'a',
    '--a   -b\t-c',
    '  leading and trailing  ',
    '\t\ttabs\t',
    `--table='my table' --role="some one"`,
    `'' ""`,
    `a '' b "" c`,
    `''''""`,
    `x''y ""z`,
    String.raw`a\ b`,
    String.raw`\a\b\ \ c`,
    String.raw`\' \" \\`,
    String.raw`"c\"d\\e\f\n"`,
    String.raw`"\$HOME \`id\`"`,
    String.raw`\$HOME \$\(id\)`,
    String.raw`'g\h' '\' '\\'`,
    `it"'"s 'a'"b"c`,
    `"it's" 'say "hi"'`,
    `'$HOME' '\`id\`' '$(id)' '*' '~'`,
    `--exclude='*.log' "a*b" \\*`,
    String.raw`\~ \# \; \| \& \< \> \( \)`,
    `a#b 'a #b' a=b`,
    `';' '|' '&' "<>" "()"`,
    'two\\\nhalves',
    'two \\\n words',
    '"two\\\nhalves"',
    `'two\\\nlines'`,
    `'a\nb' "c\nd"`,
    '\\\n',
    '"\\\n"',
    String.raw`-e 's/\\/\//g'`,
    'größe 😀 "ü ö" \\ß',
    'a\u00a0b \u2003c',
    'a\rb a\vb a\fb',
    '-- - --= -n -e %s \\\\n "%d"',
    `--set=search_path='"$user", public'`,
    `--where="name = 'O''Brien'"`,
    String.raw`"\x" "\'" "\a\"" 'a'\''b'`,
    '{} [] "[a-z]" {a ,b} ^ , : @ %',
  ])('%j', (text) => {
    expect(splitWords(text)).toEqual(wordsOfShell(text));
  });

  // By `sh` and with no file at hand, so that what looks like a pattern stands for itself.
  function wordsOfShell(text: string): string[] {
    const output = execFileSync('sh', ['-c', `set -f; for word in ${text}\ndo printf '%s\\0' "$word"; done`], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
    });
    return output.split('\0').slice(0, -1);
  }
});

test.each([
  ['', []],
  [' \t\n', []],
  ['a\nb', ['a', 'b']],
  ['$HOME `id` $(id) ~ * # ; |', ['$HOME', '`id`', '$(id)', '~', '*', '#', ';', '|']],
  ['a;b #c', ['a;b', '#c']],
])('what a shell would expand or obey stands for itself in %j', (text, words) => {
  expect(splitWords(text)).toEqual(words);
});

test.each([
  [`it's3cret`, "the quote ' is not closed"],
  ['"', 'the quote " is not closed'],
  ['"s3cret\\"', 'the quote " is not closed'],
  ['s3cret\\', 'nothing follows the last backslash'],
  ['"s3cret\\', 'nothing follows the last backslash'],
])('%j never ends, which is an error that does not show it', (text, message) => {
  const split = () => splitWords(text);
  expect(split).toThrow(BackupError);
  expect(split).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message, hint: expect.any(String) }));
});
