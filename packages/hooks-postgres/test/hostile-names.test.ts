import { backup, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { psql, uniqueName } from '../../../test/support/servers.ts';
import { bench } from './support/bench.ts';
import { dropDatabase } from './support/rich-database.ts';

const mark = uniqueName('x');
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
  `{now}$(id);id\`id\`${mark}`,
  `:live :'live' $$ ${mark}`,
  `😀ü${mark}`,
  mark.padEnd(63, 'n'),
  `${mark.padEnd(61, 'n')}ü`,
];

test('databases of any name are dumped, restored over themselves and re-created', async () => {
  const { config } = await bench();
  const entries = names.map((name, i) => ({ name, format: ['custom', 'plain', 'directory', 'tar'][i % 4] }));
  try {
    for (const name of names) {
      await psql('postgres', `create database "${name.replaceAll('"', '""')}"`);
      await psql(name, `create table named as select current_database() as name`);
    }
    await backup(config(...entries));
    for (const [i, name] of names.entries()) {
      await psql(name, 'drop table named');
      if (i % 2 === 0) await dropDatabase(name);
    }

    await restore(config(...entries), { archive: 'latest' });

    for (const name of names) expect(await psql(name, 'table named')).toBe(name);
  } finally {
    for (const name of names) await dropDatabase(name);
  }
}, 180_000);
