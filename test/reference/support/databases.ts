import { expect } from '@jest/globals';
import type { OwnServers } from '../../support/own-servers.ts';

/** A database with something of each kind that a careless dump or restore loses. */
export async function makePostgres({ psql }: OwnServers, name: string): Promise<void> {
  await psql('postgres', `create database "${name}"`);
  await psql(
    name,
    `create table authors (id integer generated always as identity primary key, name text not null unique, raw bytea, doc jsonb);
     create table books (id serial primary key, author integer references authors, title text, printed timestamptz, price numeric(9, 2));
     insert into authors (name, raw, doc) select 'Zoë ''' || n || E''' \\\\ "😀"', decode(md5(n::text), 'hex'),
       jsonb_build_object('n', n, 't', E'a\\tb\\n') from generate_series(1, 500) n;
     insert into books (author, title, printed, price) select 1 + n % 500, '${name} ' || n,
       timestamptz '2001-02-03 04:05:06+00' + n * interval '1 day', nullif(n % 7, 0) * 1.5 from generate_series(1, 2000) n;
     create view prices as select a.name, sum(b.price) from authors a join books b on b.author = a.id group by a.id;
     create function double(n integer) returns integer language sql as 'select 2 * n';
     create sequence odd increment 2 start 7;
     select nextval('odd'), lo_from_bytea(4711, '\\xdeadbeef');`,
  );
}

export async function makeMariadb({ mariadb }: OwnServers, name: string): Promise<void> {
  await mariadb('', `create database \`${name}\` character set utf8mb4 collate utf8mb4_unicode_ci`);
  await mariadb(
    name,
    `create table authors (id int primary key auto_increment, name varchar(60) not null unique, raw varbinary(300)) engine=InnoDB;
     create table books (id int primary key, author int, title text, printed datetime, price decimal(9, 2),
       foreign key (author) references authors (id)) engine=InnoDB;
     insert into authors (name, raw) select concat('Zoë ''', seq, ' \\\\ "😀"'), unhex(md5(seq)) from seq_1_to_500;
     insert into books select seq, 1 + seq % 500, concat('${name} ', seq), '2001-02-03 04:05:06', nullif(seq % 7, 0) * 1.5 from seq_1_to_2000;
     create view prices as select a.name, sum(b.price) from authors a join books b on b.author = a.id group by a.id;
     create procedure doubled(in n int) select 2 * n;
     create trigger shorten before insert on authors for each row set new.name = left(new.name, 40);
     create event yearly on schedule every 1 year starts '2035-01-01 00:00:00' do update authors set id = id;`,
  );
}

/** A database, and by which key it is configured. */
export type Place = readonly [hook: 'postgresql_databases' | 'mysql_databases', name: string];

export const inPostgres = (name: string): Place => ['postgresql_databases', name];
export const inMariadb = (name: string): Place => ['mysql_databases', name];

async function lose(own: OwnServers, [hook, name]: Place): Promise<void> {
  if (hook === 'postgresql_databases')
    await own.psql(name, 'delete from books; drop view if exists prices; create table if not exists other ()');
  else await own.mariadb('', `drop database if exists \`${name}\``);
}

/** Loses databases, restores, and compares all of them with what they were. */
export async function expectRestored(
  own: OwnServers,
  places: readonly Place[],
  restoring: () => Promise<unknown>,
): Promise<void> {
  const portraits = () => Promise.all(places.map(([hook, name]) => own.portrait(hook, name)));
  const before = await portraits();
  for (const place of places) await lose(own, place);
  await restoring();
  const after = await portraits();
  for (const [at, portrait] of before.entries()) expect([places[at], after[at]]).toEqual([places[at], portrait]);
}
