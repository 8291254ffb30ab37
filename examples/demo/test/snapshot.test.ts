import { expect, test } from '@jest/globals';
import { mariadb, psql, servers, uniqueName } from '../../../test/support/servers.ts';
import { differences, type Snapshot } from '../snapshot/compare.mjs';
import { snapshotMariadb } from '../snapshot/mariadb.mjs';
import { snapshotPostgresql } from '../snapshot/postgresql.mjs';

const { signal } = new AbortController();

/** Makes each change, one after the other; gives what the comparison says of each, without the values. */
async function seen(
  take: () => Promise<Snapshot>,
  change: (sql: string) => Promise<string>,
  changes: readonly string[],
): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  let before = await take();
  expect(differences(before, await take())).toEqual([]);
  for (const sql of changes) {
    await change(sql);
    const after = await take();
    found[sql] = differences(before, after).map((line) => line.split(': ')[0] ?? '');
    before = after;
  }
  return found;
}

test('whatever changes in a PostgreSQL database is seen', async () => {
  const database = uniqueName('seen');
  await psql('postgres', `create database ${database}`);
  try {
    await psql(
      database,
      `create table t (id serial primary key, word text, bytes bytea);
       insert into t (word, bytes) values ('a', '\\x00'), (null, null), ('', '');
       create table empty (n int);
       create view v as select word from t;
       create function f() returns int language sql as 'select 1';
       create function noted() returns trigger language plpgsql as 'begin return null; end';
       create trigger g after insert on t for each row execute function noted();
       create type mood as enum ('good', 'bad')`,
    );
    const take = () => snapshotPostgresql({ server: servers.postgres, database, signal });
    const found = await seen(take, (sql) => psql(database, sql), [
      "update t set word = 'b' where word = 'a'",
      "update t set word = '' where word is null",
      'delete from t where id = 3',
      'insert into empty values (null)',
      "select nextval('t_id_seq')",
      'alter table t alter word set not null',
      'create index on t (word)',
      'alter table t add check (id > 0)',
      'create or replace view v as select word, 1 as n from t',
      "create or replace function f() returns int language sql as 'select 2'",
      'alter table t disable trigger g',
      'drop trigger g on t',
      "alter type mood rename value 'bad' to 'fair'",
      'grant select on v to public',
      "comment on column t.word is 'said'",
      `alter database ${database} set work_mem = '8MB'`,
      `alter database ${database} connection limit 3`,
      'drop view v',
    ]);
    expect(Object.values(found)).toEqual([
      ['content of public.t was'],
      ['content of public.t was'],
      ['content of public.t was'],
      ['content of public.empty was'],
      ['value of sequence public.t_id_seq was'],
      ['table public.t was'],
      ['index public.t_word_idx was not there before'],
      ['constraint t_id_check on public.t was not there before'],
      ['view public.v was'],
      ['function public.f() was'],
      ['trigger g on public.t was'],
      ['trigger g on public.t is missing'],
      ['type public.mood was'],
      ['view public.v was'],
      ['table public.t was'],
      ['database was'],
      ['database was'],
      ['view public.v is missing'],
    ]);
  } finally {
    await psql('postgres', `drop database ${database}`);
  }
});

test('whatever changes in a MariaDB database is seen', async () => {
  const database = uniqueName('seen');
  await mariadb('', `create database ${database}`);
  try {
    await mariadb(
      database,
      `create table t (id int auto_increment primary key, word text, bytes blob);
       insert into t (word, bytes) values ('a', x'00'), (null, null), ('NULL', '');
       create table empty (n int);
       create sequence s cache 1;
       create view v as select word from t;
       create function f() returns int deterministic return 1;
       create procedure p() select 1;
       create trigger g before insert on t for each row set new.word = 'x';
       create event e on schedule every 1 year starts '2037-01-01' do select 1`,
    );
    const take = () => snapshotMariadb({ server: servers.mariadb, database, signal });
    const found = await seen(take, (sql) => mariadb(database, sql), [
      "update t set word = 'A' where word = 'a'",
      "update t set word = 'NULL' where word is null",
      'delete from t where id = 3',
      'insert into empty values (null)',
      'alter table t auto_increment = 50',
      'select nextval(s)',
      'create index word on t (word(10))',
      'create or replace view v as select word, 1 as n from t',
      'create or replace function f() returns int deterministic return 2',
      'drop procedure p',
      "create or replace trigger g before insert on t for each row set new.word = 'y'",
      'alter event e disable',
      `alter database ${database} collate latin1_bin`,
      'drop table empty',
    ]);
    expect(Object.values(found)).toEqual([
      ['content of t was'],
      ['content of t was'],
      ['content of t was'],
      ['content of empty was'],
      ['table t was'],
      ['value of sequence s was'],
      ['table t was'],
      ['view v was'],
      ['function f was'],
      ['procedure p is missing'],
      ['trigger g was'],
      ['event e was'],
      [`database ${database} was`],
      ['table empty is missing', 'content of empty is missing'],
    ]);
  } finally {
    await mariadb('', `drop database ${database}`);
  }
});
