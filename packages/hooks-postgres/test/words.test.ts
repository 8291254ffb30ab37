import { expect, test } from '@jest/globals';
import { splitWords } from '../src/words.ts';

test.each([
  ['', []],
  ['  --a   -b\t-c\n', ['--a', '-b', '-c']],
  [`--table='my table' --role="some one"`, ['--table=my table', '--role=some one']],
  [`'' ""`, ['', '']],
  [String.raw`a\ b "c\"d\\e\f\$" 'g\h'`, ['a b', String.raw`c"d\e\f$`, String.raw`g\h`]],
  [`it"'"s 'a'"b"c`, ["it's", 'abc']],
  ['two\\\nhalves', ['twohalves']],
  ['$HOME `id` $(id) ~ * # ; |', ['$HOME', '`id`', '$(id)', '~', '*', '#', ';', '|']],
  ['größe 😀', ['größe', '😀']],
])('splits %j as a shell splits words', (text, words) => {
  expect(splitWords(text)).toEqual(words);
});

test.each([`it's`, '"', 'a\\', '"a\\"'])('refuses %j, which never ends', (text) => {
  expect(() => splitWords(text)).toThrow(/not closed|last backslash/);
});
