import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { backup, initRepository, parseConfig } from '@dumpstream/core';
import { mariadb } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeMariadb, makePostgres } from '../reference/support/databases.ts';
import { clientDefaults } from '../support/client-defaults.ts';
import { blocksOf, filledIn } from '../support/guides.ts';
import { type OwnServers, startOwnServers } from '../support/own-servers.ts';
import { tempDir } from '../support/servers.ts';

let own: OwnServers;

beforeAll(async () => {
  own = await startOwnServers();
  Object.assign(process.env, await clientDefaults(own.servers));
});

afterAll(() => own?.servers.stop());

test("the guide's commands restore every format with Borg and the database's own client alone", async () => {
  await Promise.all([
    ...['users', 'orders', 'stock'].map((name) => makePostgres(own, name)),
    makeMariadb(own, 'posts'),
  ]);
  await own.psql('users', 'create role librarian; grant select on books to librarian');
  await own.mariadb(
    '',
    "create user librarian@'%' identified by 'quiet'; grant select on posts.books to librarian@'%'",
  );
  const directory = await tempDir();
  const passphrase = 'correct horse battery staple';
  const config = parseConfig(
    {
      repositories: [join(directory, 'databases.borg')],
      encryption_passphrase: passphrase,
      postgresql_databases: [
        { name: 'users' },
        { name: 'orders', format: 'plain' },
        { name: 'stock', format: 'directory' },
        // Of all, nothing but what belongs to no database.
        { name: 'all', skip_names: ['*'] },
      ],
      mariadb_databases: [{ name: 'posts' }, { name: 'all', skip_names: ['*'] }],
    },
    { hooks: [postgresql(), mariadb()] },
  );
  await initRepository(config, { encryption: 'repokey-blake2' });
  const { repositories } = await backup(config);
  const before = {
    users: await own.portrait('postgresql_databases', 'users'),
    orders: await own.portrait('postgresql_databases', 'orders'),
    stock: await own.portrait('postgresql_databases', 'stock'),
    posts: await own.portrait('mariadb_databases', 'posts'),
  };
  await own.psql('users', 'drop owned by librarian; drop role librarian; drop table books cascade');
  await own.mariadb('', 'drop user librarian');

  const script = filledIn((await blocksOf('restore-by-hand.md', 'sh')).join('\n'), {
    '/var/backups/databases.borg': config.repositories[0]?.path as string,
    'database-host-2026-01-02T03:04:05.678901': repositories[0]?.archive as string,
  });
  expect(script).toContain(passphrase);
  const { stdout } = await promisify(execFile)('bash', ['-e', '-c', script], { cwd: directory, env: process.env });

  expect(stdout).toContain('dumpstream/mariadb_databases/localhost/posts');
  const restored = async (hook: string, name: string, as: string) =>
    (await own.portrait(hook, name)).replaceAll(name, as);
  expect(await restored('postgresql_databases', 'users', 'users')).toBe(before.users);
  expect(await restored('postgresql_databases', 'users_streamed', 'users')).toBe(before.users);
  expect(await restored('postgresql_databases', 'orders_restored', 'orders')).toBe(before.orders);
  expect(await restored('postgresql_databases', 'stock_restored', 'stock')).toBe(before.stock);
  expect(await restored('mariadb_databases', 'posts_restored', 'posts')).toBe(before.posts);
  expect(await own.mariadb('', "show grants for librarian@'%'")).toContain('`posts`.`books`');
});
