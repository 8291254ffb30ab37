import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { backup, type Config, initRepository, loadConfig, restore } from '@dumpstream/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type OwnServers, startOwnServers } from '../support/own-servers.ts';
import { tempDir } from '../support/servers.ts';
import { hooks } from './support/backed-up.ts';
import { clientWrappers } from './support/client-wrappers.ts';
import { expectRestored, inMariadb, inPostgres, makeMariadb, makePostgres } from './support/databases.ts';

let own: OwnServers;

beforeAll(async () => {
  // The password in the examples.
  own = await startOwnServers('trustsome1');
  process.env.PATH = [await clientWrappers(own.servers), process.env.PATH].join(delimiter);
  await own.psql('postgres', 'create role someone superuser');
  await Promise.all([makePostgres(own, 'users'), makePostgres(own, 'orders'), makeMariadb(own, 'posts')]);
});

afterAll(() => own?.servers.stop());

/** An example as it stands, with a repository added. */
async function example(name: string): Promise<Config> {
  const directory = await tempDir();
  const text = await readFile(join(import.meta.dirname, 'examples', `${name}.yaml`), 'utf8');
  const file = join(directory, 'config.yaml');
  await writeFile(file, `location:\n    repositories:\n        - ${join(directory, 'repository.borg')}\n${text}`);
  const config = await loadConfig(file, { hooks });
  expect(config.warnings).toEqual([]);
  await initRepository(config, { encryption: 'none' });
  return config;
}

test('a couple of local databases by their names are backed up and restored', async () => {
  const config = await example('local');
  const { databases } = await backup(config);
  expect(databases.map(({ name, format, status }) => [name, format, status])).toEqual([
    ['users', 'custom', 'ok'],
    ['orders', 'custom', 'ok'],
    ['posts', 'sql', 'ok'],
  ]);
  const all = [inPostgres('users'), inPostgres('orders'), inMariadb('posts')];
  await expectRestored(own, all, () => restore(config, { archive: 'latest' }));
});

test('remote databases are reached by host, port, user, password and with the options given', async () => {
  const config = await example('remote');
  const { databases } = await backup(config);
  expect(databases).toMatchObject([
    { name: 'users', hostname: 'database1.example.org', port: 5433, format: 'tar', status: 'ok' },
    { name: 'posts', hostname: 'database2.example.org', port: 3307, format: 'sql', status: 'ok' },
  ]);
  await expectRestored(own, [inPostgres('users'), inMariadb('posts')], () => restore(config, { archive: 'latest' }));

  await own.psql('postgres', 'alter role someone rename to nobody');
  try {
    await expect(backup(config)).rejects.toMatchObject({ message: expect.stringContaining('someone') });
  } finally {
    await own.psql('postgres', 'alter role nobody rename to someone');
  }
});

test('all databases of both servers are backed up, and restored with the roles and accounts that they need', async () => {
  const config = await example('all');
  await own.psql('users', 'create role librarian; grant select on books to librarian');
  await own.mariadb(
    '',
    "create user 'librarian'@'%' identified by 'quiet'; grant select on posts.books to 'librarian'@'%'",
  );
  const { databases } = await backup(config);
  const names = (kind: string) =>
    databases.flatMap((each) => (each.kind === kind ? [`${each.hook} ${each.name}`] : []));
  expect(names('database').sort()).toEqual([
    'mysql_databases posts',
    'postgresql_databases orders',
    'postgresql_databases postgres',
    'postgresql_databases users',
  ]);
  expect(names('globals')).toHaveLength(2);

  const all = [inPostgres('users'), inPostgres('orders'), inMariadb('posts')];
  await expectRestored(own, all, async () => {
    await own.psql('users', 'drop owned by librarian; drop role librarian');
    await own.mariadb('', "drop user 'librarian'@'%'");
    await restore(config, { archive: 'latest' });
  });
  expect(await own.mariadb('', "show grants for 'librarian'@'%'")).toContain('`posts`.`books`');
});

test('the options against table locks are taken', async () => {
  const config = await example('transaction');
  await backup(config);
  await expectRestored(own, [inMariadb('posts')], () => restore(config, { archive: 'latest' }));
});
