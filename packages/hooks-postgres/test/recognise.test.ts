import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { restore } from '@dumpstream/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { psql, tempDir, uniqueName } from '../../../test/support/servers.ts';
import { recognise } from '../src/recognise.ts';
import { bench, catalogue, connection, portrait } from './support/bench.ts';
import { foreignArchive, runClient } from './support/foreign.ts';
import { dropDatabase } from './support/rich-database.ts';

const name = uniqueName('for_eign');
const version = /^1\d\.\d+/;
/** What another tool gives pg_dump besides the format. */
const usual = ['--clean', '--if-exists'];

async function makeDatabase(): Promise<void> {
  await psql('postgres', `create database ${name} template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'`);
  await psql(
    name,
    `set client_encoding to 'UTF8'; create schema app; create table app.t (id int primary key, n text); insert into app.t values (1, 'Größe');
     create view app.v as select 1 as one; create function app.f() returns int language sql as 'select 1';
     create view app.dependent as select t.*, count(*) from app.t group by id`,
  );
}
beforeAll(async () => {
  await makeDatabase();
  const { repository } = await bench();
  for (const format of ['custom', 'plain', 'tar', 'directory']) {
    await foreignArchive(repository, format, name, (path) =>
      runClient('pg_dump', connection(), `--format=${format}`, ...usual, `--file=${path}`, name),
    );
  }
});
afterAll(() => dropDatabase(name));

function head(format: string, ...args: readonly string[]): Buffer {
  return runClient('pg_dump', connection(), `--format=${format}`, ...usual, ...args, name).subarray(0, 16_384);
}

test.each(['custom', 'tar'])('a %s dump tells versions and what its database was made of', (format) => {
  expect(recognise(head(format), [])).toEqual({
    format,
    server_version: expect.stringMatching(version),
    client_version: expect.stringMatching(version),
    encoding: 'LATIN1',
    collate: 'C',
    ctype: 'C',
    locale_provider: 'libc',
  });
});

test('a directory is told by its table of contents', async () => {
  const path = join(await tempDir(), 'dump');
  runClient('pg_dump', connection(), '--format=directory', `--file=${path}`, name);
  const meta = recognise(readFileSync(join(path, 'toc.dat')), readdirSync(path));
  expect(meta).toMatchObject({ format: 'directory', encoding: 'LATIN1', collate: 'C' });
});

test('a plain dump tells its versions, and whether it drops what it makes', () => {
  expect(recognise(head('plain'), [])).toEqual({
    format: 'plain',
    cleans: 'true',
    server_version: expect.stringMatching(version),
    client_version: expect.stringMatching(version),
  });
  const bare = runClient('pg_dump', connection(), name).subarray(0, 16_384);
  expect(recognise(bare, [])).not.toHaveProperty('cleans');
});

test('a script that changes to another database is no plain dump', () => {
  expect(recognise(head('plain', '--create'), [])).toMatchObject({ format: 'script' });
  const cluster = runClient('pg_dumpall', connection(), '--globals-only').subarray(0, 16_384);
  expect(recognise(cluster, [])).toEqual({ format: 'cluster' });
});

test.each([
  ['', []],
  ['select 1;', []],
  ['-- MariaDB dump 10.19', []],
  ['-- PostgreSQL database dump', []],
  ['toc.dat', []],
  ['x', ['a.sql']],
])('%j is not recognised', (text, files) => {
  expect(recognise(Buffer.from(text), files)).toBeUndefined();
});

test('a header that is cut, or lies about its lengths, is no reason to fail', () => {
  const whole = head('custom');
  for (let length = 5; length < 120; length += 1)
    expect(recognise(whole.subarray(0, length), [])).toMatchObject({ format: 'custom' });
  const lying = Buffer.concat([whole.subarray(0, 47), Buffer.from([255, 255, 255, 127]), whole.subarray(51)]);
  expect(recognise(lying, [])).toMatchObject({ format: 'custom' });
});

test.each([
  ['custom', 'swap'],
  ['plain', 'swap'],
  ['plain', 'in-place'],
  ['tar', 'in-place'],
] as const)('another tool’s %s dump is restored over the live database: %s', async (format, strategy) => {
  const { config } = await bench();
  const whole = await portrait(name);
  await psql(name, 'delete from app.t');
  await restore(config({ name }), { archive: format, strategy });
  expect(await portrait(name)).toBe(whole);
});

test.each(['plain', 'tar', 'directory'])(
  'another tool’s %s dump is restored where there is no database',
  async (format) => {
    const { config } = await bench();
    const [whole, before] = [await portrait(name), await catalogue(name)];
    await dropDatabase(name);
    await restore(config({ name }), { archive: format });
    if (format === 'plain') {
      // Of encoding and locale it says nothing: the new database has the server's.
      const made = (text: string) => text.replaceAll(/^CREATE DATABASE .*$/gm, '');
      expect(made(await portrait(name))).toBe(made(whole));
      await dropDatabase(name);
      await makeDatabase();
    } else {
      expect(await portrait(name)).toBe(whole);
      expect(await catalogue(name)).toBe(before);
    }
  },
);

test('a dump that would leave the database it is loaded into is refused before anything is touched', async () => {
  const { config, repository } = await bench();
  await foreignArchive(repository, 'script', name, (path) =>
    runClient('pg_dump', connection(), '--create', ...usual, `--file=${path}`, name),
  );
  const whole = await portrait(name);
  for (const strategy of ['swap', 'in-place'] as const) {
    await expect(restore(config({ name }), { archive: 'script', strategy })).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      hint: expect.stringContaining('extract()'),
    });
  }
  expect(await portrait(name)).toBe(whole);
});
