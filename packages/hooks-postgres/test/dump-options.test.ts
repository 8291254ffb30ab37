import { expect, test } from '@jest/globals';
import { dumpOptions } from '../src/dump-options.ts';

test.each([
  '--role=someone',
  '--exclude-table-data=log -t public.users --compress=gzip:3 -Z1',
  '-n -C', // a schema whose name begins with a hyphen
  '--no-comments --clean --if-exists',
])('hands %j to pg_dump', (options) => {
  expect(dumpOptions(options, 'custom')).toEqual(options.split(' '));
});

test.each([
  ['-f /tmp/x', 'file'],
  ['--file=/tmp/x', 'file'],
  ['--fil /tmp/x', 'file'],
  ['-aOf/tmp/x', 'file'],
  ['-Fp', 'format'],
  ['--format plain', 'format'],
  ['-C', 'create'],
  ['--cr', 'create'],
  ['-d other', 'dbname'],
  ['--dbname=other', 'dbname'],
  ['-h elsewhere', 'host'],
  ['-W', 'password'],
  ['--help', 'help'],
  ['-V', 'version'],
  ['-n app -C', 'create'],
])('refuses %j, which would make another dump than the archive says', (options, name) => {
  expect(() => dumpOptions(options, 'custom')).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(`--${name}`) }),
  );
});

test.each(['--clean', '-c', '--cle'])(
  'refuses %j for a plain dump, which could not be loaded into an empty database',
  (options) => {
    expect(() => dumpOptions(options, 'plain')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  },
);

test('says of options that cannot be split that they are the configuration’s fault', () => {
  expect(() => dumpOptions(`--role='someone`, 'custom')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
