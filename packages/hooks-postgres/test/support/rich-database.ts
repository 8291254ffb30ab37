import { psql } from '../../../../test/support/servers.ts';

/** Roles that a rich database's owner, settings and privileges name. */
export interface Roles {
  readonly owner: string;
  readonly reader: string;
}

/** One of every kind of object that is hard to restore, with rows of many types. */
function richContent({ owner, reader }: Roles): string {
  return String.raw`
create extension citext;
create schema app authorization ${owner};
create type app.mood as enum ('sad', 'ok', 'quo''te "both"');
create domain app.positive as integer check (value > 0);
create table app.customers (
  id bigint generated always as identity primary key,
  name citext not null unique,
  mood app.mood default 'ok',
  weight numeric(10, 3), raw bytea, doc jsonb, born timestamptz, tags text[], size app.positive,
  shout text generated always as (upper(coalesce(doc->>'shout', ''))) stored
);
create table app.orders (id serial primary key, customer bigint references app.customers on delete cascade, placed date not null)
  partition by hash (id);
create table app.orders_0 partition of app.orders for values with (modulus 2, remainder 0);
create table app.orders_1 partition of app.orders for values with (modulus 2, remainder 1);
-- Depends on the primary key, which a dump makes after it: so the dump has it twice.
create view app.per_customer as select c.*, count(o.id) as orders from app.customers c left join app.orders o on o.customer = c.id group by c.id;
create materialized view app.moods as select mood, count(*) from app.customers group by mood;
create function app.shorten() returns trigger language plpgsql as $f$ begin new.name := left(new.name, 40); return new; end $f$;
create trigger shorten before insert or update on app.customers for each row execute function app.shorten();
create sequence app.odd increment 2 start 7;
create publication news for table app.customers;
alter table app.customers enable row level security;
create policy all_see on app.customers for select using (true);
grant usage on schema app to ${reader};
grant select on app.customers to ${reader} with grant option;
alter default privileges in schema app grant select on tables to ${reader};
revoke create on schema public from public;
comment on table app.customers is 'Kunden – ''quoted'' "twice" \ and 😀';
insert into app.customers (name, mood, weight, raw, doc, born, tags, size)
  select format('customer %s – ü ''"\ %s', i, chr(128512 + i % 40)), (enum_range(null::app.mood))[1 + i % 3],
    nullif(i % 7, 0) * 1.125, decode(md5(i::text), 'hex'), jsonb_build_object('n', i, 'shout', E'a\tb\n' || i),
    timestamptz '2001-02-03 04:05:06+00' + i * interval '1 hour', array['', null, 'x,y', '{"}'], nullif(i % 5, 0)
  from generate_series(1, 500) i;
insert into app.orders (customer, placed) select 1 + i % 500, date '2020-01-01' + i from generate_series(1, 900) i;
refresh materialized view app.moods;
select nextval('app.odd'), nextval('app.odd'), lo_from_bytea(4711, '\xdeadbeef');
alter table app.customers owner to ${owner};
`;
}

/** Everything that a database is besides its content, of the kinds that a swap has to carry over. */
function properties(database: string, { owner, reader }: Roles): string {
  const name = `"${database.replaceAll('"', '""')}"`;
  return `
alter database ${name} owner to ${owner};
alter database ${name} connection limit 17;
alter database ${name} set search_path to app, "$user", 'odd "name", with comma', '';
alter database ${name} set myapp.greeting to 'quo''te \\ and "double"';
alter database ${name} set work_mem to '7MB';
alter role ${reader} in database ${name} set timezone to 'Europe/Vienna';
revoke all on database ${name} from public;
grant connect on database ${name} to ${reader} with grant option;
set role ${reader}; grant connect on database ${name} to pg_monitor; reset role;
comment on database ${name} is 'dies ist ''die'' Datenbank – "😀" \\';
`;
}

/** Makes a rich database with roles of its own. */
export async function makeRich(database: string, roles: Roles, options = ''): Promise<void> {
  const name = `"${database.replaceAll('"', '""')}"`;
  await psql('postgres', `create role ${roles.owner}; create role ${roles.reader};`);
  await psql('postgres', `create database ${name} template template0 ${options}`);
  await psql(database, richContent(roles));
  await psql('postgres', properties(database, roles));
}

/** Drops what {@link makeRich} made, and every other database that is named. */
export async function dropRich(roles: Roles, ...databases: readonly string[]): Promise<void> {
  for (const database of databases) await dropDatabase(database);
  await psql('postgres', `drop role if exists ${roles.owner}, ${roles.reader}`);
}

export async function dropDatabase(database: string): Promise<void> {
  await psql('postgres', `drop database if exists "${database.replaceAll('"', '""')}" with (force)`);
}
