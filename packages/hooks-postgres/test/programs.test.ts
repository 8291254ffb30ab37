import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, restore } from '@dumpstream/core';
import { afterEach, expect, test } from '@jest/globals';
import { psql, servers, tempDir, uniqueName } from '../../../test/support/servers.ts';
import { findProgram } from '../src/programs.ts';
import { bench } from './support/bench.ts';
import { dropDatabase } from './support/rich-database.ts';

const { PATH, PGHOST } = process.env;
afterEach(() => {
  process.env.PATH = PATH;
  if (PGHOST === undefined) delete process.env.PGHOST;
});

/** A directory with programs that exist, of versions that their places tell. */
async function folder(path: string, ...names: readonly string[]): Promise<string> {
  const directory = join(await tempDir(), path);
  await mkdir(directory, { recursive: true });
  for (const name of names) {
    await writeFile(join(directory, name), '#!/bin/sh\nexit 1\n');
    await chmod(join(directory, name), 0o755);
  }
  return directory;
}

const entry = { name: 'users', hostname: 'db.example.org' };

test('the first program on the PATH is taken, if nothing says that it is too old', async () => {
  const [mine, newer] = [await folder('bin', 'pg_dump'), await folder('postgresql/99/bin', 'pg_dump')];
  process.env.PATH = `${mine}:${newer}:${PATH}`;
  expect(await findProgram('pg_dump', entry, 98)).toEqual({ file: join(mine, 'pg_dump'), args: [], major: undefined });
  process.env.PATH = `${newer}:${mine}:${PATH}`;
  expect(await findProgram('pg_dump', entry, 15)).toEqual({ file: join(newer, 'pg_dump'), args: [], major: 99 });
});

test('of several that are installed, the nearest that is not older than the server is taken in place of an old one', async () => {
  const versions = ['9', '98', '97', '99'].map((version) => folder(`pgsql-${version}/bin`, 'pg_restore'));
  const folders = await Promise.all(versions);
  process.env.PATH = [...folders, PATH].join(':');
  expect(await findProgram('pg_restore', entry, 97)).toMatchObject({
    major: 97,
    file: join(folders[2] ?? '', 'pg_restore'),
  });
  expect(await findProgram('pg_restore', entry, 98)).toMatchObject({ major: 98 });
  expect(await findProgram('pg_restore', entry, 100)).toMatchObject({ major: 99 });
  expect(await findProgram('pg_restore', entry)).toMatchObject({ major: 9 });
});

test('Debian’s wrapper is passed over for what it would start, unless it has to find the server', async () => {
  const wrapper = join(await folder('postgresql-common', 'pg_wrapper'), 'pg_wrapper');
  const bin = await folder('bin');
  await symlink(wrapper, join(bin, 'psql'));
  const installed = await folder('postgresql/15/bin', 'psql');
  process.env.PATH = `${bin}:${installed}`;
  expect((await findProgram('psql', entry)).file).not.toBe(join(bin, 'psql'));
  expect((await findProgram('psql', { name: 'users', socket_path: '/run' })).file).not.toBe(join(bin, 'psql'));
  expect((await findProgram('psql', { name: 'users', port: 5433 })).file).toBe(join(bin, 'psql'));
});

test('nothing is remembered: a program put on the PATH later is found', async () => {
  const bin = await folder('bin');
  process.env.PATH = bin;
  await expect(findProgram('psql', entry)).rejects.toMatchObject({
    code: 'COMMAND_MISSING',
    hint: expect.stringContaining('psql_command'),
  });
  await writeFile(join(bin, 'psql'), '', { mode: 0o755 });
  expect(await findProgram('psql', entry)).toMatchObject({ file: join(bin, 'psql') });
});

test('pg_dumpall is run where pg_dump is, unless it has a command of its own', async () => {
  const find = (keys: object) => findProgram('pg_dumpall', { ...entry, ...keys });
  expect(await find({ pg_dump_command: 'docker exec -i db pg_dump' })).toMatchObject({
    file: 'docker',
    args: ['exec', '-i', 'db', 'pg_dumpall'],
  });
  expect(await find({ pg_dump_command: ['/opt/pg 16/pg_dump'] })).toMatchObject({ file: '/opt/pg 16/pg_dumpall' });
  expect(await find({ pg_dump_command: 'x pg_dump', pg_dumpall_command: 'y z' })).toMatchObject({
    file: 'y',
    args: ['z'],
  });
  expect(await find({ pg_dump_command: '/opt/dump.sh' })).not.toMatchObject({ file: '/opt/dump.sh' });
});

test('client commands that are given are run in place of the clients, wherever their environment ends', async () => {
  const directory = await tempDir();
  const { user, password } = servers.postgres;
  // As `docker exec -i` does: arguments and standard input get through, the environment does not.
  const container = join(directory, 'container');
  const log = join(directory, 'log');
  const script = `#!/bin/sh
echo "$2" >> '${log}'
shift
exec env -i PATH='${PATH}' HOME=/nowhere PGPASSWORD='${password}' "$@"
`;
  await writeFile(container, script, { mode: 0o755 });
  const database = uniqueName('contained');
  await psql('postgres', `create database ${database}`);
  const commands = {
    psql_command: `${container} db psql`,
    pg_dump_command: [container, 'db', 'pg_dump'],
    pg_restore_command: `'${container}' db pg_restore`,
    password: 'not the one',
  };
  try {
    await psql(database, 'create table t as select 1 as n');
    const { config } = await bench();
    await backup(config({ name: database, username: user, ...commands }));
    await psql(database, 'drop table t');
    await restore(config({ name: database, username: user, ...commands }), { archive: 'latest' });
    expect(await psql(database, 'table t')).toBe('1');
    expect(new Set((await readFile(log, 'utf8')).trim().split('\n'))).toEqual(
      new Set(['psql', 'pg_dump', 'pg_restore']),
    );
  } finally {
    await dropDatabase(database);
  }
});

test('a psql that does not get its standard input is found out', async () => {
  const { config } = await bench();
  const deaf = join(await tempDir(), 'deaf');
  await writeFile(deaf, '#!/bin/sh\nexec psql "$@" < /dev/null\n', { mode: 0o755 });
  await expect(backup(config({ name: 'postgres', psql_command: deaf }))).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
    hint: expect.stringContaining('docker exec -i'),
  });
});
