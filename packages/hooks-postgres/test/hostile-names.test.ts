import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { psql, servers, tempDir, uniqueName } from '../../../test/support/servers.ts';
import { bench } from './support/bench.ts';
import { dropDatabase } from './support/rich-database.ts';

const mark = uniqueName('x');
/** Comes into being if a shell sees one of the names. */
const canary = `/tmp/${mark}`;
const names = [
  `-Fc${mark}`,
  `--help=${mark}`,
  `a=${mark}`,
  `dbname=postgres host=${mark}`,
  `postgresql://${mark}/postgres?a=b`,
  `../../etc/${mark}`,
  ` a  b ${mark}`,
  `quo'te"${mark}`,
  `back\\slash\\'${mark}`,
  `new\nline${mark}`,
  `{now}$(id>${canary})`,
  `\`>${canary}\`;>${canary}`,
  `:live :'live' $$ ${mark}`,
  `😀ü${mark}`,
  mark.padEnd(63, 'n'),
  `${mark.padEnd(61, 'n')}ü`,
];
/** Another one of them for each use. */
const nth = (index: number) => names[index % names.length] as string;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

test('databases, tables, roles, labels and hosts of any name make the round trip', async () => {
  const { config } = await bench();
  const directory = await tempDir();
  const entries = names.map((name, i) => ({
    name,
    label: nth(i + 1),
    username: nth(i + 2),
    password: 'pw',
    hostname: join(
      directory,
      nth(i + 3)
        .replaceAll('/', '_')
        .slice(0, 20) + i,
    ),
    format: ['custom', 'plain', 'directory', 'tar'][i % 4],
  }));
  const inEach = (work: (name: string, table: string) => Promise<unknown>) =>
    Promise.all(names.map((name, i) => work(name, quoted(nth(i + 4)))));
  try {
    for (const { hostname } of entries) await symlink(servers.postgres.socketDirectory, hostname);
    for (const name of names) {
      await psql('postgres', `create role ${quoted(name)} superuser login password 'pw'`);
      await psql('postgres', `create database ${quoted(name)}`);
    }
    await inEach((name, table) => psql(name, `create table ${table} as select current_database() as name`));
    await backup(config(...entries));
    await inEach((name, table) => psql(name, `drop table ${table}`));
    for (const [i, name] of names.entries()) if (i % 2 === 0) await dropDatabase(name);

    await restore(config(...entries), { archive: 'latest' });

    await inEach(async (name, table) => expect(await psql(name, `table ${table}`)).toBe(name));
    expect(existsSync(canary)).toBe(false);
  } finally {
    for (const name of names) await dropDatabase(name);
    for (const name of names) await psql('postgres', `drop role if exists ${quoted(name)}`);
  }
}, 180_000);

test.each(['-Fc', '--help', 'a=b', 'postgresql://x', `$(id>${canary})`, `;id>${canary}`, 'quo\'te"', 'back\\slash'])(
  'a host that cannot be, such as %j, is not reached, and nothing more',
  async (hostname) => {
    const { config } = await bench();
    await expect(backup(config({ name: 'postgres', hostname }))).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      database: { hostname },
    });
    expect(existsSync(canary)).toBe(false);
  },
);
