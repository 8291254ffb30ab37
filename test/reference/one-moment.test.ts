import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, initRepository, parseConfig, restore } from '@dumpstream/core';
import { mariadb as mariadbHook } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { expect, test } from '@jest/globals';
import { mariadb, psql, servers, tempDir, uniqueName } from '../support/servers.ts';

interface System {
  readonly hook: string;
  readonly server: typeof servers.postgres;
  sql(database: string, text: string): Promise<string>;
  /** Makes two tables with a number each, and rows between them that take a while to dump. */
  readonly make: string;
  /** Moves one from one table to the other, again and again, until there is a row in `enough`. */
  readonly move: string;
  readonly enough: string;
}

const systems: readonly System[] = [
  {
    hook: 'postgresql_databases',
    server: servers.postgres,
    sql: psql,
    make: `create table a (n int); insert into a values (0); create table z (n int); insert into z values (0);
      create table enough (); create table middle as select n, repeat(md5(n::text), 10) from generate_series(1, 60000) n;
      create procedure move() language plpgsql as 'begin while not exists (select from enough) loop
        update a set n = n + 1; update z set n = n - 1; commit; end loop; end'`,
    move: 'call move()',
    enough: 'insert into enough default values',
  },
  {
    hook: 'mariadb_databases',
    server: servers.mariadb,
    sql: mariadb,
    make: `create table a (n int) engine=InnoDB; insert into a values (0); create table z (n int) engine=InnoDB; insert into z values (0);
      create table enough (n int) engine=InnoDB; create table middle (n int, t text) engine=InnoDB;
      insert into middle select seq, repeat(md5(seq), 10) from seq_1_to_60000;
      delimiter ;;
      create procedure move() begin while not exists (select * from enough) do
        start transaction; update a set n = n + 1; update z set n = n - 1; commit; end while; end;;
      delimiter ;`,
    move: 'call move()',
    enough: 'insert into enough values (1)',
  },
];

test.each(systems)(
  'a dump of $hook is of one moment, whatever is written meanwhile',
  async ({ hook, server, sql, make, move, enough }) => {
    const [name, copy] = [uniqueName('moment'), uniqueName('copy')];
    const administration = hook === 'postgresql_databases' ? 'postgres' : '';
    const directory = await tempDir();
    const config = parseConfig(
      {
        repositories: [join(directory, 'repository')],
        borgmatic_source_directory: directory,
        [hook]: [{ name, hostname: server.host, port: server.port, username: server.user, password: server.password }],
      },
      { hooks: [postgresql(), mariadbHook()] },
    );
    await initRepository(config, { encryption: 'none' });
    await sql(administration, `create database ${name}`);
    try {
      await sql(name, make);
      const moving = sql(name, move);
      while ((await sql(name, 'select n from a')) === '0') await wait(20);
      await backup(config).finally(async () => {
        await sql(name, enough);
        await moving;
      });
      await restore(config, { archive: 'latest', to: { name: copy } });

      const [a, z] = (await sql(copy, 'select (select n from a), (select n from z)')).split(/[|\t]/).map(Number);
      const later = Number(await sql(name, 'select n from a'));
      expect(a).toBeGreaterThan(0);
      expect(later).toBeGreaterThan(a as number);
      expect(z).toBe(-(a as number));
    } finally {
      for (const database of [name, copy]) await sql(administration, `drop database if exists ${database}`);
    }
  },
);
