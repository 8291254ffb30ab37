import { expect, test } from '@jest/globals';
import { loadOptions, psqlOptions, refuseSelecting } from '../src/load-options.ts';

test('restore_options are split into words, or taken as the words they are', () => {
  expect(loadOptions({ name: 'a', restore_options: `--role='some one' -x` }, 'custom')).toEqual([
    '--role=some one',
    '-x',
  ]);
  expect(loadOptions({ name: 'a', restore_options: ['--role=some one'] }, 'custom')).toEqual(['--role=some one']);
  expect(loadOptions({ name: 'a' }, 'plain')).toEqual([]);
});

test.each([
  ['-C', 'create'],
  ['--creat', 'create'],
  ['-d live', 'dbname'],
  ['--dbname=live', 'dbname'],
  ['-f -', 'file'],
  ['-l', 'list'],
  ['-xh elsewhere', 'host'],
  ['-Fp', 'format'],
])('pg_restore may not be led elsewhere by %j', (restore_options, name) => {
  expect(() => loadOptions({ name: 'a', restore_options }, 'custom')).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: `\`restore_options\` may not hold --${name}` }),
  );
});

test.each([
  ['-c x', 'command'],
  ['--command=x', 'command'],
  ['-f /etc/passwd', 'file'],
  ['--outp=x', 'output'],
  ['-s', 'single-step'],
  ['-v x=y -d z', 'dbname'],
])('psql may not be led elsewhere by %j', (options, name) => {
  for (const key of ['restore_options', 'list_options', 'analyze_options'] as const) {
    expect(() => psqlOptions(key, { name: 'a', [key]: options })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: `\`${key}\` may not hold --${name}` }),
    );
  }
});

test.each(['-t users', '--table=users', '--schema-only', '-n app', '--section data', '-L list'])(
  'a database does not lose what %j would leave out',
  (restore_options) => {
    expect(() => refuseSelecting({ name: 'a', restore_options }, 'custom')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', hint: expect.stringContaining('in-place') }),
    );
  },
);

test('options that leave nothing out are no danger to a database', () => {
  const restore_options = '--no-privileges --role=-t -j 2 --superuser=x';
  expect(() => refuseSelecting({ name: 'a', restore_options }, 'directory')).not.toThrow();
});

test('a key whose words cannot be split is named, and its text is not shown', () => {
  expect(() => loadOptions({ name: 'a', restore_options: `--role='s3cret` }, 'custom')).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: "`restore_options` cannot be read: the quote ' is not closed",
    }),
  );
});
