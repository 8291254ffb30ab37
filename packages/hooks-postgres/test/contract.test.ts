import { hookContract } from '@dumpstream/core/testing';
import { postgresql } from '@dumpstream/hooks-postgres';
import { afterAll, test } from '@jest/globals';
import { startOwnServer } from './support/own-server.ts';

// Of its own, since `all` is every database of a server.
const { entry, psql, stop } = await startOwnServer();
afterAll(stop);

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const remove = (name: string) => psql('postgres', `drop database if exists ${identifier(name)} with (force)`);

const cases = hookContract({
  hook: postgresql(),
  commands: ['psql', 'pg_dump', 'pg_restore'],
  entry: (name) => ({ ...entry, name }),
  remove,
  async write(name, values) {
    await remove(name);
    await psql('postgres', `create database ${identifier(name)}`);
    const rows = values.map(
      (value) => `insert into things (bytes) values ('\\x${Buffer.from(value).toString('hex')}');`,
    );
    await psql(name, ['create table things (id serial, bytes bytea);', ...rows].join('\n'));
  },
  async read(name) {
    const found = await psql('postgres', `select count(*) from pg_database where datname = ${literal(name)}`);
    if (found === '0') return undefined;
    const rows = await psql(name, "select '.' || encode(bytes, 'hex') from things order by id");
    return rows === '' ? [] : rows.split('\n').map((row) => Buffer.from(row.slice(1), 'hex'));
  },
  async leftovers() {
    const rows = await psql('postgres', "select datname from pg_database where datname like 'dumpstream\\_%'");
    return rows === '' ? [] : rows.split('\n');
  },
});

for (const { name, run } of cases) test(name, run, 120_000);
