import { expect, test } from '@jest/globals';
import { foreignDatabases } from '../src/foreign.ts';
import type { ArchiveEntry } from '../src/repository.ts';

function files(...paths: string[]): ArchiveEntry[] {
  return paths.map((path) => ({ path, type: 'file', bytes: 1, whole: true }));
}

test('dumps are found in the older layout, below any home, and in the newer one, with ports', () => {
  expect(
    foreignDatabases(
      files(
        'home/joe/.borgmatic/postgresql_databases/localhost/users',
        'root/.borgmatic/mysql_databases/db.example.org/posts',
      ),
    ),
  ).toEqual([
    {
      hook: 'postgresql_databases',
      name: 'users',
      kind: 'database',
      path: 'home/joe/.borgmatic/postgresql_databases/localhost/users',
    },
    {
      hook: 'mysql_databases',
      name: 'posts',
      kind: 'database',
      hostname: 'db.example.org',
      path: 'root/.borgmatic/mysql_databases/db.example.org/posts',
    },
  ]);
  expect(
    foreignDatabases(
      files('borgmatic/bootstrap/manifest.json', 'borgmatic/mariadb_databases/db.example.org:3307/posts'),
    ),
  ).toMatchObject([{ hook: 'mariadb_databases', hostname: 'db.example.org', port: 3307, name: 'posts' }]);
});

test('a dump that is a directory is one database', () => {
  const root = 'root/.borgmatic/postgresql_databases/localhost/users';
  expect(
    foreignDatabases([
      { path: root, type: 'directory', bytes: 0, whole: true },
      ...files(`${root}/toc.dat`, `${root}/3338.dat.gz`),
    ]),
  ).toMatchObject([{ name: 'users', path: root }]);
});

test('dumps below a directory of the configuration are found, but not copies of dumps among the files', () => {
  const configured = files('srv/dumps/postgresql_databases/localhost/users');
  expect(foreignDatabases(configured)).toMatchObject([{ path: 'srv/dumps/postgresql_databases/localhost/users' }]);
  const usual = files('root/.borgmatic/postgresql_databases/localhost/orders');
  expect(foreignDatabases([...configured, ...usual])).toMatchObject([{ name: 'orders' }]);
});

test('files of other names and pipes are no dumps', () => {
  const pipe: ArchiveEntry = {
    path: 'root/.borgmatic/postgresql_databases/localhost/users',
    type: 'other',
    bytes: 0,
    whole: true,
  };
  expect(foreignDatabases([pipe, ...files('etc/passwd', 'var/postgresql_databases/localhost')])).toEqual([]);
});
