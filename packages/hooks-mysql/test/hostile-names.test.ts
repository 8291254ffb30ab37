import { access } from 'node:fs/promises';
import { backup, listArchives, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { uniqueName } from '../../../test/support/servers.ts';
import { identifier } from '../src/sql.ts';
import { bench } from './support/bench.ts';
import { onEachServer, sql } from './support/lab.ts';

/** Neither server has databases or accounts with characters beyond the first 65536: MariaDB refuses them, MySQL makes them `?`. */
const beyond = '😀';

onEachServer((lab) => {
  test('databases, tables, accounts, passwords and labels of any name make the round trip, and nothing in them is run', async () => {
    const mark = uniqueName('x');
    const names = [
      `-Fc${mark}`,
      `--help=${mark}`,
      `a=${mark}`,
      `../../etc/${mark}`,
      ` a  b ${mark}`,
      `quo'te"${mark}`,
      `back\\slash\\'${mark}`,
      `back\`tick\`\`${mark}`,
      `new\nline${mark}`,
      `{now}{}${mark}`,
      `$(touch ${mark})`,
      `\`touch ${mark}\``,
      `;touch ${mark};`,
      `*/;-- #${mark}`,
      `ünï日本${mark}`,
      `dot.ted%_${mark}`,
      mark.padEnd(64, 'n'),
      mark.padEnd(64, 'ü'),
    ];
    const account = (index: number) => names[index]?.slice(-32).trim() ?? '';
    const { config } = await bench(lab);
    const entries = names.map((name, index) => ({
      name,
      label: `${name}${beyond}`,
      username: account(index),
      password: `${name}${beyond}`,
    }));
    const quotedString = (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`;
    try {
      for (const [index, name] of names.entries()) {
        const [quoted, user] = [identifier(name), `${identifier(account(index))}@'%'`];
        await sql(
          lab,
          '',
          `CREATE DATABASE ${quoted}; USE ${quoted}; CREATE TABLE ${quoted} (${quoted} VARCHAR(64));
           INSERT INTO ${quoted} VALUES (DATABASE()); CREATE VIEW v AS SELECT * FROM ${quoted};
           CREATE TRIGGER ${quoted} BEFORE INSERT ON ${quoted} FOR EACH ROW SET @a = 1;
           CREATE PROCEDURE ${quoted}() SELECT DATABASE();
           CREATE USER ${user} IDENTIFIED BY ${quotedString(`${name}${beyond}`)}; GRANT ALL ON *.* TO ${user} WITH GRANT OPTION;`,
        );
      }
      await backup(config(...entries));
      for (const [index, name] of names.entries()) {
        const quoted = identifier(name);
        await sql(lab, '', index % 2 === 0 ? `DROP DATABASE ${quoted}` : `DELETE FROM ${quoted}.${quoted}`);
      }

      const [archive] = await listArchives(config(...entries));
      expect(archive?.databases.map(({ name, label }) => [name, label])).toEqual(
        entries.map(({ name, label }) => [name, label]),
      );
      await restore(config(...entries), { archive: 'latest' });

      const shown = (name: string) => name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
      for (const name of names) {
        expect(await sql(lab, name, `SELECT * FROM v; CALL ${identifier(name)}()`)).toBe(
          `${shown(name)}\n${shown(name)}`,
        );
      }
      await expect(access(mark)).rejects.toThrow('ENOENT');
    } finally {
      for (const [index, name] of names.entries()) {
        const drop = `DROP DATABASE IF EXISTS ${identifier(name)}; DROP USER IF EXISTS ${identifier(account(index))}@'%';`;
        await sql(lab, '', drop);
      }
    }
  }, 600_000);
});
