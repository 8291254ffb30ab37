import { join } from 'node:path';
import { backup, type DatabaseHook, initRepository, parseConfig, restore } from '@dumpstream/core';
import { postgresql } from '@dumpstream/hooks-postgres';
import { expect, test } from '@jest/globals';
import { type Lab, onEachServer, picture, sql } from '../../packages/hooks-mysql/test/support/lab.ts';
import { pageAt } from '../support/page.ts';
import { psql, servers, tempDir, uniqueName } from '../support/servers.ts';
import { loaded } from './support/configuration.ts';

const { text } = pageAt('docs/guides/accounts.md');

/** A section's blocks of SQL, and its configuration, for names of a test's own. */
function section(heading: string, names: Readonly<Record<string, string>>) {
  const [, own = ''] = text.split(`\n## ${heading}\n`);
  const blocks = [...(own.split('\n## ')[0] ?? '').matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  const renamed = (block: string) =>
    Object.entries(names).reduce((said, [name, as]) => said.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), as), block);
  const of = (language: string) =>
    blocks.filter(([, each]) => each === language).map(([, , block = '']) => renamed(block));
  return { sql: of('sql'), yaml: of('yaml')[0] };
}

/** Backs up by the one account, has the database changed, and restores by the other. */
async function roundTrip(
  yaml: string,
  { hostname, port }: { hostname: string; port: number },
  hook: DatabaseHook,
  change: () => Promise<unknown>,
): Promise<void> {
  const directory = await tempDir();
  const here = yaml
    .replace('/var/backups/databases.borg', join(directory, 'databases.borg'))
    .replace('hostname: db.example.org', `hostname: ${hostname}\n    port: ${port}`);
  const config = await loaded(here, [hook], directory);
  await initRepository(config, { encryption: 'none' });
  expect((await backup(config)).warnings).toEqual([]);
  await change();
  expect((await restore(config, { archive: 'latest' })).warnings).toEqual([]);
}

test.each([0, 1])(
  'PostgreSQL: the accounts of the page back up and restore (account for backups: %i)',
  async (which) => {
    const names = Object.fromEntries(
      ['shop_owner', 'shop', 'backup', 'restorer'].map((name) => [name, uniqueName(name)]),
    );
    const { shop = '', shop_owner: owner, backup: reader, restorer } = names;
    const { sql: blocks, yaml = '' } = section('PostgreSQL', names);
    try {
      await psql('postgres', `create role ${owner}`);
      await psql('postgres', `create database ${shop} owner ${owner}`);
      await psql(
        shop,
        `alter schema public owner to ${owner}; set role ${owner};
       create extension citext; create table things (id serial primary key, name citext); create view names as select name from things;
       create function double(n integer) returns integer language sql as 'select 2 * n';
       insert into things (name) values ('one'), ('two')`,
      );
      await psql(shop, blocks[which] ?? '');
      await psql(shop, blocks[2] ?? '');
      await psql(shop, `set role ${owner}; create table later (n int)`);
      const { host, port } = servers.postgres;
      await roundTrip(yaml, { hostname: host, port }, postgresql(), () => psql(shop, 'drop table things cascade'));
      expect(await psql(shop, 'select string_agg(name, $$ $$ order by name) from names')).toBe('one two');
      expect(await psql('postgres', `select pg_get_userbyid(datdba) from pg_database where datname = '${shop}'`)).toBe(
        owner,
      );
    } finally {
      await psql('postgres', `drop database if exists ${shop}`);
      await psql('postgres', `drop role if exists ${owner}, ${reader}, ${restorer}`);
    }
  },
);

onEachServer((lab: Lab) => {
  test('the accounts of the page back up and restore', async () => {
    const names = Object.fromEntries(['shop', 'backup', 'restorer', 'maker'].map((name) => [name, uniqueName(name)]));
    const { shop = '', backup: reader, restorer, maker } = names;
    const { sql: blocks, yaml } = section(lab.title, names);
    const configured = yaml ?? section('MariaDB', names).yaml?.replace('mariadb_databases', 'mysql_databases') ?? '';
    try {
      await sql(
        lab,
        '',
        `CREATE DATABASE ${shop}; USE ${shop}; CREATE USER ${maker}; GRANT ALL ON ${shop}.* TO ${maker};
         CREATE TABLE things (id INT PRIMARY KEY, name TEXT) ENGINE=InnoDB; INSERT INTO things VALUES (1, 'one'), (2, 'two');
         CREATE TABLE parts (thing INT, FOREIGN KEY (thing) REFERENCES things (id)) ENGINE=InnoDB;
         CREATE DEFINER=${maker} VIEW names AS SELECT name FROM things; CREATE DEFINER=${maker} PROCEDURE doubled(IN n INT) SELECT 2 * n;
         CREATE DEFINER=${maker} TRIGGER shorten BEFORE INSERT ON things FOR EACH ROW SET NEW.name = LEFT(NEW.name, 40);
         CREATE DEFINER=${maker} EVENT yearly ON SCHEDULE EVERY 1 YEAR STARTS '2035-01-01 00:00:00' DO UPDATE things SET id = id;`,
      );
      for (const block of blocks) await sql(lab, '', block);
      const before = await picture(lab, shop);
      await roundTrip(configured, lab.connection, lab.hook(), () =>
        sql(
          lab,
          shop,
          'DROP VIEW names; DROP PROCEDURE doubled; DROP TRIGGER shorten; DROP EVENT yearly; DELETE FROM things',
        ),
      );
      expect(await picture(lab, shop)).toBe(before);
    } finally {
      await sql(lab, '', `DROP DATABASE IF EXISTS ${shop}; DROP USER IF EXISTS ${reader}, ${restorer}, ${maker};`);
      if (lab.title === 'MySQL')
        await sql(lab, '', 'SET PERSIST log_bin_trust_function_creators = DEFAULT; RESET PERSIST;');
    }
  });

  test('the grant of the page for `name: all` is enough for accounts, grants and any database', async () => {
    const [, grant = ''] = /With `name: all`.*`(GRANT .*?)`/.exec(text) ?? [];
    const [name, reader] = [uniqueName('any'), uniqueName('backup')];
    const account = { ...lab.connection, username: reader, password: 'reads only' };
    const globals = { ...account, name: 'all', skip_names: ['*'], label: 'globals' };
    try {
      await sql(
        lab,
        '',
        `CREATE DATABASE ${name}; USE ${name}; CREATE TABLE things (n INT) ENGINE=InnoDB; CREATE VIEW ones AS SELECT 1;
         CREATE PROCEDURE doubled(IN n INT) SELECT 2 * n;
         CREATE USER ${reader}@'%' IDENTIFIED BY '${account.password}'; ${grant.replace('backup', reader)};`,
      );
      const config = parseConfig(
        {
          repositories: [join(await tempDir(), 'databases.borg')],
          [lab.hook().name]: [globals, { ...account, name }],
        },
        { hooks: [lab.hook()] },
      );
      await initRepository(config, { encryption: 'none' });
      const { databases } = await backup(config);
      expect(databases).toMatchObject([
        { kind: 'globals', status: 'ok' },
        { kind: 'database', status: 'ok' },
      ]);
    } finally {
      await sql(lab, '', `DROP DATABASE IF EXISTS ${name}; DROP USER IF EXISTS ${reader};`);
    }
  });
});
