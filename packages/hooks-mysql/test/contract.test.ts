import { hookContract } from '@dumpstream/core/testing';
import { mariadb } from '@dumpstream/hooks-mysql';
import { afterAll, test } from '@jest/globals';
import { startOwnServers } from '../../../test/support/own-servers.ts';
import { entryOf } from '../../../test/support/servers.ts';

// Of its own, since `all` is every database of a server.
const { servers, mariadb: sql } = await startOwnServers();
afterAll(() => servers.stop());

const identifier = (name: string) => `\`${name.replaceAll('`', '``')}\``;
const literal = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
const schemata = 'select count(*) from information_schema.schemata where schema_name';
const remove = (name: string) => sql('', `drop database if exists ${identifier(name)}`);

// `mysql()` is the same hook for another section and another server, on which the other tests try it.
const cases = hookContract({
  hook: mariadb(),
  commands: [
    ['mariadb-dump', 'mysqldump'],
    ['mariadb', 'mysql'],
  ],
  entry: (name) => ({ name, ...entryOf(servers.mariadb) }),
  remove,
  canBeNamed: (name) => /^[\0-\uffff]*$/u.test(name), // three bytes for each character of a name
  async write(name, values) {
    await remove(name);
    await sql('', `create database ${identifier(name)}`);
    const rows = values.map((value) => `insert into things (bytes) values (x'${Buffer.from(value).toString('hex')}');`);
    const table = 'create table things (id int auto_increment primary key, bytes longblob);';
    await sql(name, [table, ...rows].join('\n'));
  },
  async read(name) {
    if ((await sql('', `${schemata} = ${literal(name)}`)) === '0') return undefined;
    const rows = await sql(name, "select concat('.', hex(bytes)) from things order by id");
    return rows === '' ? [] : rows.split('\n').map((row) => Buffer.from(row.slice(1), 'hex'));
  },
  async leftovers() {
    const rows = await sql(
      '',
      "select schema_name from information_schema.schemata where schema_name like 'dumpstream\\_%'",
    );
    return rows === '' ? [] : rows.split('\n');
  },
});
for (const { name, run } of cases) test(name, run, 120_000);
