import { expect, test } from '@jest/globals';
import { compressionArgs, dumpOptions } from '../src/dump-options.ts';

test.each([
  '--role=someone',
  '--exclude-table-data=log -t public.users --compress=gzip:3 -Z1',
  '-n -C', // a schema whose name begins with a hyphen
  '--no-comments --clean --if-exists',
])('hands %j to pg_dump', (options) => {
  expect(dumpOptions({ name: 'a', options }).words).toEqual(options.split(' '));
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
  expect(() => dumpOptions({ name: 'a', options })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(`--${name}`) }),
  );
});

test.each(['--clean', '-c', '--cle'])(
  'refuses %j for a plain dump, which could not be loaded into an empty database',
  (options) => {
    expect(() => dumpOptions({ name: 'a', format: 'plain', options })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  },
);

test('says of options that cannot be split that they are the configuration’s fault', () => {
  expect(() => dumpOptions({ name: 'a', options: `--role='someone` })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  );
});

test('options may be a list, whose words are taken as they are', () => {
  expect(dumpOptions({ name: 'a', options: ['--role=some one', '-T', 'x y'] }).words).toEqual([
    '--role=some one',
    '-T',
    'x y',
  ]);
});

test.each(['-Z5', '--compress=gzip'])('refuses %j for dumps that cannot be read back with it', (options) => {
  for (const format of ['plain', 'tar'] as const) {
    expect(() => dumpOptions({ name: 'a', format, options })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  }
  expect(dumpOptions({ name: 'a', format: 'directory', options }).words).toEqual([options]);
});

test('refuses compression of formats that have none', () => {
  for (const format of ['plain', 'tar'] as const) {
    expect(() => compressionArgs({ name: 'a', format, compression: 'gzip' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(format) }),
    );
    expect(compressionArgs({ name: 'a', format, compression: 'none' })).toEqual([]);
  }
});

test('knows as what role the dump is made, and what it leaves out', () => {
  const read = (options: string) => dumpOptions({ name: 'a', options });
  expect(read('')).toMatchObject({ selects: false, largeObjects: true, subscriptions: true, rowSecurity: false });
  expect(read('').role).toBeUndefined();
  expect(read('--role=a --role b').role).toBe('b');
  expect(read('--schema --role=x').role).toBeUndefined();
  for (const some of ['-t x', '-Nx', '--exclude-table-data=x', '--schema-o', '--tab x', '-s'])
    expect(read(some).selects).toBe(true);
  for (const all of ['--serializable-deferrable', '--no-comments', '-O', '-j 2', '--inserts'])
    expect(read(all).selects).toBe(false);
  expect(read('-B').largeObjects).toBe(false);
  expect(read('--no-subscriptions').subscriptions).toBe(false);
  expect(read('--enable-row-security').rowSecurity).toBe(true);
});
