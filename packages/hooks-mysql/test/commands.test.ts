import { expect, test } from '@jest/globals';
import { dumpPrograms, dumpTables, dumpViews, load, query } from '../src/commands.ts';
import type { FamilyName } from '../src/families.ts';
import type { Program } from '../src/programs.ts';

const program = (family: FamilyName, version: string): Program => ({
  file: 'x',
  before: [],
  family,
  version,
  optionFiles: true,
  options: [],
});
const dumper = program('mariadb', '10.11.19');
const entry = { name: '-db', hostname: 'h', port: 3307, username: 'u', password: 'secret', options: '--triggers -Q' };
const plan = { dumper, entry, views: ['v 1', '-v'], tag: 'tag', history: true };

test('all commands connect by TCP where a host is given, and hand the password over in the environment alone', () => {
  const client = program('mysql', '9.7.4');
  for (const command of [
    dumpTables(plan),
    dumpPrograms(dumper, entry, ['v']),
    dumpViews(dumper, entry, ['v']),
    query(client, entry, 'SELECT 1'),
    load(client, entry),
  ]) {
    expect(command.args).toEqual(expect.arrayContaining(['--protocol=tcp', '--host=h', '--port=3307', '--user=u']));
    expect(command.args.join()).not.toContain('secret');
    expect(command.env).toEqual({ MYSQL_PWD: 'secret' });
    expect(command.args.filter((arg) => arg === '-db' || arg === '--database=-db').length).toBeLessThan(2);
  }
});

test('where nothing is said, the client finds the server itself', () => {
  const { args, env } = load(dumper, { name: 'db' });
  expect(args.filter((arg) => /^--(protocol|host|port|user)/.test(arg))).toEqual([]);
  expect(env).toEqual({});
});

test('option files are left out by the first argument, and login files with them', () => {
  const { args, env } = dumpTables({ ...plan, dumper: { ...dumper, optionFiles: false } });
  expect(args[0]).toBe('--no-defaults');
  expect(env).toEqual({ MYSQL_PWD: 'secret', MYSQL_TEST_LOGIN_FILE: '/nonexistent' });
});

test('the tables come first and alone, whatever the options say; data that is no text comes in hexadecimal', () => {
  const { args } = dumpTables(plan);
  expect(args.slice(args.indexOf('--where=1 /* tag */'))).toEqual([
    '--where=1 /* tag */',
    '--dump-history',
    '--ignore-table=-db.v 1',
    '--ignore-table=-db.-v',
    '--triggers',
    '-Q',
    '--skip-triggers',
    '--skip-routines',
    '--skip-events',
    '--skip-force',
    '--',
    '-db',
  ]);
  expect(args).toEqual(expect.arrayContaining(['--single-transaction', '--quick', '--hex-blob', '--no-tablespaces']));
});

test.each([
  ['mysql', '9.7.4', ['--set-gtid-purged=OFF', '--column-statistics=0']],
  ['mysql', '5.7.44', ['--set-gtid-purged=OFF']],
  ['mariadb', '10.11.19', []],
] as const)('a dump program of %s %s is given what only its family knows', (family, version, own) => {
  const { args } = dumpViews(program(family, version), entry, ['v']);
  expect(args.filter((arg) => /gtid|column-stat/.test(arg))).toEqual(own);
});
