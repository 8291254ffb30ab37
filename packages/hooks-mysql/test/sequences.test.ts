import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir, uniqueName } from '../../../test/support/servers.ts';
import { dumpByHand, restoreByHand } from './support/by-hand.ts';
import { mariadbLab as lab, sql } from './support/lab.ts';
import { withDatabases } from './support/scratch-database.ts';

const file = async () => join(await tempDir(), 'dump.sql');
const tables =
  'CREATE SEQUENCE s; CREATE TABLE t (id INT DEFAULT NEXTVAL(s), `a``b` INT DEFAULT (NEXTVAL(s) + 1), x INT);';
const insert = 'INSERT INTO t (x) VALUES (1); SELECT id, `a``b` FROM t ORDER BY id DESC LIMIT 1';

test('under another name, tables take their numbers from their own sequences', async () => {
  const [name, other, dump] = [uniqueName('from'), uniqueName('to'), await file()];
  await withDatabases(lab, [name, other], async () => {
    await sql(lab, name, tables);
    const meta = await dumpByHand(lab.hook(), { ...lab.connection, name }, dump);
    expect(meta.namesSequences).toBe('yes');
    await restoreByHand(lab.hook(), name, { ...lab.connection, name: other }, dump, meta);
    expect(await sql(lab, other, insert)).toBe('1\t3');
    expect(await sql(lab, name, insert)).toBe('1\t3');
  });
});

test('where the database that a dump names is missing, a restore under another name is refused and changes nothing', async () => {
  const [name, other, dump] = [uniqueName('from'), uniqueName('to'), await file()];
  await withDatabases(lab, [name, other], async () => {
    await sql(lab, name, tables);
    const meta = await dumpByHand(lab.hook(), { ...lab.connection, name }, dump);
    await sql(lab, '', `DROP DATABASE ${name}; CREATE DATABASE ${other}; CREATE TABLE ${other}.kept (x INT);`);
    await expect(restoreByHand(lab.hook(), name, { ...lab.connection, name: other }, dump, meta)).rejects.toMatchObject(
      { code: 'RESTORE_FAILED', message: expect.stringContaining('sequences') },
    );
    expect(await sql(lab, other, 'SHOW TABLES')).toBe('kept');
    await restoreByHand(lab.hook(), name, { ...lab.connection, name }, dump, meta);
    expect(await sql(lab, name, insert)).toBe('1\t3');
  });
});
