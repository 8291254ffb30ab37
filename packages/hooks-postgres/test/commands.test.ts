import { expect, test } from '@jest/globals';
import { dump, dumpGlobals, psql } from '../src/commands.ts';
import type { Format } from '../src/entry.ts';
import { type Load, loadDirectory, loadStream } from '../src/load-commands.ts';

const program = { file: 'client', args: [], major: undefined };
const traits = { noticesDeadClients: true };
const entry = { name: "quo'te", hostname: 'db.example.org', port: 5433, username: 'me', password: 'secret' };
const loadOf = (format: Format, more: Partial<Load> = {}): Load => ({
  ...{ entry, database: 'scratch', format, psql: program, pgRestore: program, id: '0f', traits },
  ...{ inPlace: false, noOwner: false, cleans: false, isNewer: false },
  ...more,
});
const argsOf = (load: Load) => loadStream(load).map(({ args }) => args);
const where = ['--no-password', '--host=db.example.org', '--port=5433', '--username=me'];

test('a dump goes uncompressed to standard output, and its options come last', () => {
  const { file, args } = dump(program, { ...entry, options: '--role="some one"' }, '0f', traits);
  expect(file).toBe('client');
  expect(args).toEqual([
    '--format=custom',
    '--compress=0',
    ...where,
    expect.stringMatching(/^--dbname=dbname='quo\\'te' /),
    '--role=some one',
  ]);
});

test('plain and tar dumps get no option that they would refuse', () => {
  expect(dump(program, { name: 'a', format: 'plain' }, '0f', traits).args).not.toContain('--compress=0');
  expect(dump(program, { name: 'a', format: 'tar' }, '0f', traits).args).not.toContain('--compress=0');
});

test('what an entry leaves out is left to libpq', () => {
  expect(dump(program, { name: 'a' }, '0f', traits).args.join(' ')).not.toMatch(/--(host|port|username)/);
  expect(dump(program, { name: 'a' }, '0f', traits).env).not.toHaveProperty('PGPASSWORD');
  expect(dump(program, { name: 'a' }, '0f', traits).env).not.toHaveProperty('PGHOSTADDR');
});

test.each([
  ['a dump', dump(program, entry, '0f', traits)],
  ['a load', loadStream(loadOf('custom'))[0]],
  ['a plain load in place', loadStream(loadOf('plain', { inPlace: true }))[0]],
  ['a script', psql(program, entry, 'postgres', '0f', 'select 1')],
])('%s has the password in its environment only, and never asks for one', (_, { args, input, env }) => {
  expect(env?.PGPASSWORD).toBe('secret');
  expect(JSON.stringify([args, input])).not.toContain('secret');
  expect(args).toContain('--no-password');
  expect(env).toHaveProperty('PGHOSTADDR', undefined);
});

test('a server that can tell is asked to end what a dead client began, others are not', () => {
  expect(dump(program, entry, '0f', traits).args.join(' ')).toContain('client_connection_check_interval');
  expect(dump(program, entry, '0f', { noticesDeadClients: false }).args.join(' ')).not.toContain('options=');
});

test('what tells a session from others reaches the server through the arguments, past the end of an environment', () => {
  expect(dump(program, entry, '0f', traits).args.join(' ')).toContain("application_name='dumpstream 0f'");
  expect(psql(program, entry, 'postgres', '0f', 'select 1').args.join(' ')).toContain("client_encoding='UTF8'");
});

test('a command that stands for a client comes first, with the arguments it begins with', () => {
  const docker = { file: 'docker', args: ['exec', '-i', 'db', 'pg_dump'], major: undefined };
  const { file, args } = dump(docker, entry, '0f', traits);
  expect([file, ...args].slice(0, 6)).toEqual(['docker', 'exec', '-i', 'db', 'pg_dump', '--format=custom']);
});

test('a socket wins over a host name, and TLS goes through the environment', () => {
  const secure = { ...entry, ssl_mode: 'verify-full', ssl_root_cert: '/ca.crt', ssl_crl: '/ca.crl' } as const;
  const { args, env } = dump(program, { ...secure, socket_path: '/run/pg' }, '0f', traits);
  expect(args).toContain('--host=/run/pg');
  expect(args).not.toContain('--host=db.example.org');
  expect(env).toMatchObject({ PGSSLMODE: 'verify-full', PGSSLROOTCERT: '/ca.crt', PGSSLCRL: '/ca.crl' });
  expect(env).not.toHaveProperty('PGSSLKEY');
});

test.each([
  [{ compression: 'none' }, '--compress=0'],
  [{ compression: 5 }, '--compress=5'],
  [{ compression: 'gzip:3' }, '--compress=3'],
  [{ compression: 'zstd:level=9' }, '--compress=zstd:level=9'],
  [{ format: 'directory' } as const, '--compress=0'],
])('of the compression %j, pg_dump is told %s', (asked, option) => {
  expect(dump(program, { ...entry, ...asked }, '0f', traits).args).toContain(option);
});

test('roles are dumped with passwords where they may be read, as the role that dumps', () => {
  const { args } = dumpGlobals(program, { ...entry, options: '--role someone -t x' }, '0f', true);
  expect(args).toEqual(['--globals-only', '--role=someone', ...where, expect.stringMatching(/^--dbname=app/)]);
  expect(dumpGlobals(program, entry, '0f', false).args).toContain('--no-role-passwords');
});

test('restore_options go to the program that restores, and do not turn off that it stops at the first error', () => {
  const restoring = { ...entry, restore_options: ['--no-privileges', '-v', 'ON_ERROR_STOP=0'] };
  const [args = []] = argsOf(loadOf('plain', { entry: restoring }));
  expect(args.indexOf('--set=ON_ERROR_STOP=1')).toBeGreaterThan(args.indexOf('ON_ERROR_STOP=0'));
  expect(argsOf(loadOf('custom', { entry: { ...entry, restore_options: '-j 1' } }))[0]).toContain('-j');
});

test('a directory is loaded by several jobs, and in place by one transaction', () => {
  const directory = { path: '/run/dump', jobs: 3 };
  const [only, ...others] = loadDirectory(loadOf('directory'), directory);
  expect(others).toEqual([]);
  expect(only?.args).toEqual(expect.arrayContaining(['--format=directory', '--jobs=3', '/run/dump']));
  const [inPlace] = loadDirectory(loadOf('directory', { inPlace: true }), directory);
  expect(inPlace?.args).toContain('--single-transaction');
  expect(inPlace?.args).not.toContain('--jobs=3');
});

test('what a client newer than the server would set there is taken out of the script that it makes', () => {
  const newer = (format: Format) => loadOf(format, { isNewer: true, entry: { ...entry, restore_options: '-x' } });
  const [restored = [], mended = [], run = []] = argsOf(newer('custom'));
  expect(restored).toEqual(['--format=custom', '--file=-', '-x']);
  expect(mended.join()).toContain('transaction_timeout');
  expect(run).toEqual(expect.arrayContaining(['--file=-', ...where]));
  expect(run).not.toContain('-x');
  expect(argsOf(newer('plain'))).toHaveLength(2);
  expect(loadDirectory(newer('directory'), { path: '/run/dump', jobs: 3 }).map(({ args }) => args.at(-1))).toEqual([
    '/run/dump',
    '/run/dump/script.sql',
    expect.stringContaining('dbname='),
  ]);
});

test('plain dumps and the others are loaded so that the first error ends it', () => {
  expect(argsOf(loadOf('plain'))[0]).toEqual(
    expect.arrayContaining(['--no-psqlrc', '--set=ON_ERROR_STOP=1', '--file=-']),
  );
  for (const format of ['custom', 'tar'] as const) {
    expect(argsOf(loadOf(format))[0]).toEqual(expect.arrayContaining([`--format=${format}`, '--exit-on-error']));
  }
});

test.each(['custom', 'plain', 'tar'] as const)('a %s dump is loaded in place in one transaction', (format) => {
  expect(argsOf(loadOf(format, { inPlace: true })).at(-1)).toContain('--single-transaction');
  expect(argsOf(loadOf(format, { inPlace: true, isNewer: true })).at(-1)).toContain('--single-transaction');
});
