import { expect, test } from '@jest/globals';
import { dumpOptions, wants } from '../src/dump-options.ts';

test.each([
  ['', []],
  ['--skip-comments', ['--skip-comments']],
  ['--single-transaction  --quick', ['--single-transaction', '--quick']],
  [`--where="x > 'a b'" -w 'A B'`, ["--where=x > 'a b'", '-w', 'A B']],
  ['-wA=B -Q', ['-wA=B', '-Q']],
  ['--tables --default-parallel', ['--tables', '--default-parallel']],
  [
    ['a b', '--quick'],
    ['a b', '--quick'],
  ],
])('%j is given on', (options, words) => {
  expect(dumpOptions({ name: 'x', options })).toEqual(words);
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
  ['--socket=/x', 'socket'],
  [['-qr', '/x'], 'result-file'],
  ['--password=secret', 'password'],
  ['-psecret', 'password'],
  ['--', 'all-databases'],
])('%j is refused, since the dump would be another', (options, name) => {
  expect(() => dumpOptions({ name: 'x', options })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: `\`options\` may not hold --${name}` }),
  );
});

test('an option that cannot be split is said by its key, without what it holds', () => {
  expect(() => dumpOptions({ name: 'x', options: '"secret' })).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: '`options` cannot be split: the quote " is not closed',
    }),
  );
});

test.each([
  [{}, true],
  [{ routines: false }, false],
  [{ options: '--skip-routines' }, false],
  [{ routines: false, options: '-Q --routines' }, true],
  [{ options: '--routines=0 --events' }, false],
  [{ events: false, options: ['--no-tablespaces', '--skip-events'] }, true],
])('with %j, routines are wanted: %j', (entry, wanted) => {
  expect(wants({ name: 'x', ...entry }, 'routines')).toBe(wanted);
});
