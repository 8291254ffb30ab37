import { backup } from '@dumpstream/core';
import { mariadb } from '@dumpstream/hooks-mysql';
import { expect, test } from '@jest/globals';
import { uniqueName } from '../../../test/support/servers.ts';
import { bench } from './support/bench.ts';
import { checkByHand } from './support/by-hand.ts';
import { mariadbLab, onEachServer, sql } from './support/lab.ts';
import { withDatabases } from './support/scratch-database.ts';

onEachServer((lab) => {
  test('tables whose engine has no snapshots are named in a warning, others are not', async () => {
    const name = uniqueName('engines');
    await withDatabases(lab, [name], async () => {
      await sql(
        lab,
        name,
        `CREATE TABLE steady (x INT) ENGINE=InnoDB; CREATE TABLE on_disk (x INT) ENGINE=MyISAM;
         CREATE TABLE in_memory (x INT) ENGINE=MEMORY; CREATE VIEW v AS SELECT 1;`,
      );
      const { warnings } = (await checkByHand(lab.hook(), { ...lab.connection, name })) ?? {};
      expect(warnings).toEqual([expect.stringContaining('in_memory (MEMORY), on_disk (MyISAM)')]);
      expect(warnings?.[0]).not.toContain('steady');
    });
  });

  test('the size to expect is about that of the data', async () => {
    const name = uniqueName('size');
    await withDatabases(lab, [name], async () => {
      await sql(
        lab,
        name,
        `CREATE TABLE t (x LONGTEXT); INSERT INTO t VALUES (REPEAT('x', 4000000)); ANALYZE TABLE t;`,
      );
      const { expectedBytes = 0, warnings } = (await checkByHand(lab.hook(), { ...lab.connection, name })) ?? {};
      expect(expectedBytes).toBeGreaterThan(3_000_000);
      expect(expectedBytes).toBeLessThan(8_000_000);
      expect(warnings).toEqual([]);
    });
  });

  test.each([
    ['a database that is not there', {}, 'DATABASE_NOT_FOUND'],
    ['a wrong password', { password: 'wrong' }, 'CONNECTION_FAILED'],
    ['a port where nobody listens', { port: 1 }, 'CONNECTION_FAILED'],
    ['options that cannot be split', { options: '"' }, 'CONFIG_INVALID'],
    ['options that lead the dump elsewhere', { options: '--result-file=/x' }, 'CONFIG_INVALID'],
  ])('%s is found before anything is dumped', async (_, part, code) => {
    const name = uniqueName('missing');
    await expect(checkByHand(lab.hook(), { ...lab.connection, name, ...part })).rejects.toMatchObject({ code });
  });

  const command = `${lab.hook().name.replace('_databases', '')}_command`;
  test.each([
    ['a wrong password', { password: 'wrong' }, 'CONNECTION_FAILED'],
    ['a client that is not there', { [command]: '/nowhere/client' }, 'COMMAND_MISSING'],
    ['a client that says nothing but that it failed', { [command]: 'false' }, 'DUMP_FAILED'],
    ['a database that is not there', {}, 'DATABASE_NOT_FOUND'],
  ])('%s: the error names the database, though much is asked once for all', async (_, part, code) => {
    const names = ['a', 'b', 'c', 'missing'].map(uniqueName);
    await withDatabases(lab, names, async () => {
      for (const name of names.slice(0, 3)) await sql(lab, '', `CREATE DATABASE IF NOT EXISTS ${name}`);
      const { config } = await bench(lab);
      const databases = config(...names.map((name, at) => (at < 3 ? { name } : { name, ...part })));
      const failed = backup(databases, { concurrency: 1 });
      await expect(failed).rejects.toMatchObject({ code, database: { name: names[3] } });
      if (code !== 'COMMAND_MISSING') await expect(failed).rejects.toThrow(names[3]);
    });
  });

  if (lab.title === 'MariaDB') return;
  test('programs of MariaDB are said to be of the other family', async () => {
    const name = uniqueName('mixed');
    await withDatabases(lab, [name], async () => {
      expect(await checkByHand(mariadb(), { ...lab.connection, name })).toMatchObject({
        warnings: [expect.stringMatching(/^mariadb-dump is of MariaDB [\d.]+, the server of MySQL/)],
      });
    });
  });

  test('a client that cannot log in to a server of the other family says which one is needed', async () => {
    const checked = checkByHand(lab.hook(), { ...mariadbLab.connection, name: 'mysql' });
    await expect(checked).rejects.toMatchObject({ code: 'VERSION_UNSUPPORTED' });
  });
});
