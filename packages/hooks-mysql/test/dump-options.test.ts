import { expect, test } from '@jest/globals';
import { dumpOptions } from '../src/dump-options.ts';

test.each([
  ['', []],
  ['--skip-comments', ['--skip-comments']],
  ['--single-transaction  --quick', ['--single-transaction', '--quick']],
  [`--where="x > 'a b'" -w 'A B'`, ["--where=x > 'a b'", '-w', 'A B']],
  ['-wA=B -Q', ['-wA=B', '-Q']],
  ['--tables --default-parallel', ['--tables', '--default-parallel']],
])('%j is given on', (options, words) => {
  expect(dumpOptions(options)).toEqual(words);
});

test.each([
  ['--result-file=/x', 'result-file'],
  ['--result_file /x', 'result-file'],
  ['--loose-result=/x', 'result-file'],
  ['-r/x', 'result-file'],
  ['-qT /x', 'tab'],
  ['--tab=/x', 'tab'],
  ['--all-d', 'all-databases'],
  ['-A', 'all-databases'],
  ['--databases other', 'databases'],
  ['-CB', 'databases'],
  ['--xml', 'xml'],
  ['-h elsewhere', 'host'],
  ['--password=secret', 'password'],
  ['-psecret', 'password'],
  ['--', 'all-databases'],
])('%j is refused, since the dump would be another', (options, name) => {
  expect(() => dumpOptions(options)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: `\`options\` may not hold --${name}` }),
  );
});
