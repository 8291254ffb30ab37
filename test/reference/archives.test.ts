import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initRepository, listArchives, loadConfig, parseConfig, restore } from '@dumpstream/core';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type OwnServers, startOwnServers } from '../support/own-servers.ts';
import { tempDir } from '../support/servers.ts';
import { backedUp, hooks } from './support/backed-up.ts';
import { expectRestored, inMariadb, inPostgres, makeMariadb, makePostgres } from './support/databases.ts';

let own: OwnServers;

beforeAll(async () => {
  own = await startOwnServers();
  await Promise.all([
    ...['users', 'orders', 'stock', 'papers'].map((name) => makePostgres(own, name)),
    ...['posts', 'blog'].map((name) => makeMariadb(own, name)),
  ]);
});

// What a test that failed has not brought back would make others fail.
beforeEach(async () => {
  for (const name of ['posts', 'blog']) {
    if ((await own.mariadb('', `show databases like '${name}'`)) === '') await makeMariadb(own, name);
  }
});

afterAll(() => own?.servers.stop());

test('its archive of databases by name, in every format, is listed as foreign and restored with its own configuration', async () => {
  const { file, archive } = await backedUp(
    own,
    ['name: users', 'name: orders\nformat: plain', 'name: stock\nformat: directory', 'name: papers\nformat: tar'],
    ['name: posts\noptions: "--routines --events"', 'name: blog\noptions: "--routines --events --skip-comments"'],
  );
  const config = await loadConfig(file, { hooks });
  const places = [...['users', 'orders', 'stock', 'papers'].map(inPostgres), ...['posts', 'blog'].map(inMariadb)];
  await expectRestored(own, places, async () => {
    const report = await restore(config, { archive });
    expect(report.databases.map(({ name, format, status }) => `${name}: ${format}, ${status}`).toSorted()).toEqual([
      'blog: sql-databases, ok',
      'orders: plain, ok',
      'papers: tar, ok',
      'posts: sql-databases, ok',
      'stock: directory, ok',
      'users: custom, ok',
    ]);
  });
  await expect(restore(config, { archive: 'latest' })).rejects.toMatchObject({ code: 'ARCHIVE_NOT_FOUND' });
});

test('one database of its archive is restored alone, and without any configuration of it', async () => {
  const { directory, archive } = await backedUp(own, ['name: users', 'name: orders'], ['name: posts']);
  const config = parseConfig(
    { repositories: [join(directory, 'repository.borg')], encryption_passphrase: 'correct horse' },
    { hooks },
  );
  const { host: hostname, port, user: username, password } = own.servers.postgres;
  const orders = await own.portrait('postgresql_databases', 'orders');
  await expectRestored(own, [inPostgres('users')], () =>
    restore(config, { archive, databases: ['users'], to: { hostname, port, username, password } }),
  );
  expect(await own.portrait('postgresql_databases', 'orders')).toBe(orders);

  await restore(config, {
    archive,
    databases: ['users'],
    to: { hostname, port, username, password, name: 'users copy' },
  });
  expect(await own.psql('users copy', 'select count(*) from books')).toBe('2000');
  await own.psql('postgres', 'drop database "users copy"');
  await expect(restore(config, { archive, databases: ['nothing'] })).rejects.toMatchObject({
    code: 'DATABASE_NOT_FOUND',
    hint: expect.stringContaining('mysql_databases posts (127.0.0.1'),
  });
});

test('a database of its MySQL family is restored under another name, though its script chooses the one that it came from', async () => {
  await makeMariadb(own, 'letters');
  const { file, archive } = await backedUp(own, ['name: users'], ['name: letters\noptions: "--routines --events"']);
  const archived = await own.portrait('mysql_databases', 'letters');
  await own.mariadb('letters', 'delete from books where id > 10');
  const live = await own.portrait('mysql_databases', 'letters');

  await restore(await loadConfig(file, { hooks }), { archive, databases: ['letters'], to: { name: 'copy' } });

  expect(await own.portrait('mysql_databases', 'letters')).toBe(live);
  expect((await own.portrait('mysql_databases', 'copy')).replaceAll('`copy`', '`letters`')).toBe(archived);
  await own.mariadb('', 'drop database letters; drop database copy');
});

test('its archive of all databases, each a dump of its own, is restored, in whatever directory it made them', async () => {
  const source = join(await tempDir(), 'dumps-of-borgmatic');
  const { file, archive } = await backedUp(
    own,
    ['name: all\nformat: custom'],
    ['name: all\nformat: sql\noptions: "--routines --events"'],
    `borgmatic_source_directory: ${source}`,
  );
  const config = await loadConfig(file, { hooks });
  const databases = ['users', 'papers', 'posts'];
  await expectRestored(own, [inPostgres('users'), inPostgres('papers'), inMariadb('posts')], async () => {
    const report = await restore(config, { archive, databases });
    expect(report.databases.map(({ name }) => name).sort()).toEqual(databases.sort());
  });
});

test('its configuration file is read as it stands, and what lies outside our scope is named in a warning', async () => {
  const { file } = await backedUp(own, ['name: users'], ['name: posts']);
  const { warnings, databases, settings, repositories } = await loadConfig(file, { hooks });
  for (const key of ['one_file_system', 'checks', 'color']) {
    expect(warnings).toContainEqual(expect.stringContaining(key));
  }
  expect(warnings).toHaveLength(3);
  expect([settings.keep_daily, settings.keep_weekly].every(Number.isInteger)).toBe(true);
  expect(databases.map(({ hook, entry }) => [hook.name, entry.name, entry.username])).toEqual([
    ['postgresql_databases', 'users', 'postgres'],
    ['mysql_databases', 'posts', 'root'],
  ]);
  expect(settings).toMatchObject({ compression: 'lz4', before_backup: ['echo "Starting a backup."'] });
  expect(await readFile(file, 'utf8')).toContain(repositories[0]?.path);
});

test('an archive in its newer layout, which has ports, is restored', async () => {
  const directory = await tempDir();
  const tree = join(directory, 'borgmatic');
  const { postgres, mariadb: other } = own.servers;
  const at = (hook: string, { host, port }: { host: string; port: number }) => join(tree, hook, `${host}:${port}`);
  const [pg, my] = [at('postgresql_databases', postgres), at('mariadb_databases', other)];
  for (const path of [pg, my, join(tree, 'bootstrap')]) await mkdir(path, { recursive: true });
  await writeFile(join(tree, 'bootstrap', 'manifest.json'), '{"borgmatic_version": "1.9.14", "config_paths": []}');
  const env = { ...process.env, PGPASSWORD: postgres.password, MYSQL_PWD: other.password };
  const pgDump = (...args: string[]) =>
    execFileSync(
      'pg_dump',
      ['-h', postgres.host, '-p', `${postgres.port}`, '-U', 'postgres', '--clean', '--if-exists', ...args],
      { env },
    );
  pgDump('--format=custom', `--file=${join(pg, 'users')}`, 'users');
  pgDump('--format=directory', `--file=${join(pg, 'stock')}`, 'stock');
  execFileSync(
    'mariadb-dump',
    [
      '--no-defaults',
      '-h',
      other.host,
      '-P',
      `${other.port}`,
      '-u',
      'root',
      '--routines',
      '--events',
      '--add-drop-database',
      `--result-file=${join(my, 'posts')}`,
      '--databases',
      'posts',
    ],
    { env },
  );
  const entry = ({ host: hostname, port, user: username, password }: typeof postgres) => ({
    hostname,
    port,
    username,
    password,
  });
  const config = parseConfig(
    {
      repositories: [join(directory, 'repository.borg')],
      postgresql_databases: ['users', 'stock'].map((name) => ({ name, ...entry(postgres) })),
      mariadb_databases: [{ name: 'posts', ...entry(other) }],
    },
    { hooks },
  );
  await initRepository(config, { encryption: 'none' });
  execFileSync('borg', ['create', `${config.repositories[0]?.path}::by-hand`, 'borgmatic'], { cwd: directory });

  expect(await listArchives(config)).toMatchObject([{ name: 'by-hand', status: 'foreign' }]);
  await expectRestored(own, [inPostgres('users'), inPostgres('stock'), inMariadb('posts')], async () => {
    const report = await restore(config, { archive: 'by-hand' });
    const found = report.databases.map(({ name, hostname, port, format }) => [name, hostname, port, format]);
    expect(found.toSorted()).toEqual([
      ['posts', other.host, other.port, 'sql-databases'],
      ['stock', postgres.host, postgres.port, 'directory'],
      ['users', postgres.host, postgres.port, 'custom'],
    ]);
    expect(report.warnings).toEqual([]);
  });
});

test('its one script of all databases is refused beside the live ones, and restored in place', async () => {
  const { file, archive } = await backedUp(own, ['name: all'], ['name: all\noptions: "--routines --events"']);
  const config = await loadConfig(file, { hooks });
  const places = [...['users', 'orders', 'stock', 'papers'].map(inPostgres), ...['posts', 'blog'].map(inMariadb)];
  await expectRestored(own, places, async () => {
    await expect(restore(config, { archive })).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      hint: expect.stringContaining('in-place'),
      report: {
        databases: [
          { name: 'all', status: 'skipped' },
          { name: 'all', status: 'skipped' },
        ],
      },
    });
    expect(await own.psql('users', 'select count(*) from books')).toBe('0');
    await restore(config, { archive, strategy: 'in-place' });
  });
});
