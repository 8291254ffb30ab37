import { expect, test } from '@jest/globals';
import { dump, load, loadInPlace, psql } from '../src/commands.ts';

const traits = { noticesDeadClients: true };
const entry = { name: "quo'te", hostname: 'db.example.org', port: 5433, username: 'me', password: 'secret' };
const where = ['--no-password', '--host=db.example.org', '--port=5433', '--username=me'];

test('a dump goes uncompressed to standard output, and its options come last', () => {
  const { file, args } = dump({ ...entry, options: '--role="some one"' }, '0f', traits);
  expect(file).toBe('pg_dump');
  expect(args).toEqual([
    '--format=custom',
    '--compress=0',
    ...where,
    expect.stringMatching(/^--dbname=dbname='quo\\'te' /),
    '--role=some one',
  ]);
});

test('plain and tar dumps get no option that they would refuse', () => {
  expect(dump({ name: 'a', format: 'plain' }, '0f', traits).args).not.toContain('--compress=0');
  expect(dump({ name: 'a', format: 'tar' }, '0f', traits).args).not.toContain('--compress=0');
});

test('what an entry leaves out is left to libpq', () => {
  expect(dump({ name: 'a' }, '0f', traits).args.join(' ')).not.toMatch(/--(host|port|username)/);
  expect(dump({ name: 'a' }, '0f', traits).env).not.toHaveProperty('PGPASSWORD');
  expect(dump({ name: 'a' }, '0f', traits).env).not.toHaveProperty('PGHOSTADDR');
});

test.each([
  ['a dump', dump(entry, '0f', traits)],
  ['a load', load(entry, 'scratch', 'custom', '0f', traits)],
  ['a plain load in place', loadInPlace(entry, 'plain', '0f', traits)],
  ['a script', psql(entry, 'postgres', '0f', 'select 1')],
])('%s has the password in its environment only, and never asks for one', (_, { args, input, env }) => {
  expect(env?.PGPASSWORD).toBe('secret');
  expect(JSON.stringify([args, input])).not.toContain('secret');
  expect(args).toContain('--no-password');
  expect(env).toHaveProperty('PGHOSTADDR', undefined);
});

test('a server that can tell is asked to end what a dead client began, others are not', () => {
  expect(dump(entry, '0f', traits).env?.PGOPTIONS).toContain('client_connection_check_interval');
  expect(dump(entry, '0f', { noticesDeadClients: false }).env).not.toHaveProperty('PGOPTIONS');
});

test('plain dumps are loaded by psql, the others by pg_restore, and both stop at the first error', () => {
  expect(load(entry, 'scratch', 'plain', '0f', traits)).toMatchObject({
    file: 'psql',
    args: expect.arrayContaining(['--no-psqlrc', '--set=ON_ERROR_STOP=1']),
  });
  for (const format of ['custom', 'tar'] as const) {
    const { file, args } = load(entry, 'scratch', format, '0f', traits);
    expect([file, ...args]).toEqual(expect.arrayContaining(['pg_restore', `--format=${format}`, '--exit-on-error']));
  }
});

test.each(['custom', 'plain', 'tar'] as const)('a %s dump is loaded in place in one transaction', (format) => {
  expect(loadInPlace(entry, format, '0f', traits).args).toContain('--single-transaction');
});
