import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir, uniqueName } from '../../../test/support/servers.ts';
import { dumpByHand, restoreByHand } from './support/by-hand.ts';
import { onEachServer, picture, sql } from './support/lab.ts';
import { rich } from './support/rich.ts';

onEachServer((lab) => {
  test('a database with one of everything comes back as it was, and what was made since is gone', async () => {
    const name = uniqueName('rich');
    const entry = { ...lab.connection, name };
    const file = join(await tempDir(), 'dump.sql');
    // Made under another character set than the database's own: a dump has to set that for each routine.
    await sql(lab, '', `CREATE DATABASE ${name} CHARACTER SET latin1;`);
    try {
      await sql(lab, name, rich(lab, name));
      await sql(lab, name, `ALTER DATABASE ${name} CHARACTER SET utf8mb4;`);
      const before = await picture(lab, name);
      const meta = await dumpByHand(lab.hook(), entry, file);
      await sql(
        lab,
        name,
        `CREATE TABLE later (id INT); CREATE VIEW later_view AS SELECT * FROM later; DROP VIEW z_simple; CREATE TABLE z_simple (x INT);
         CREATE PROCEDURE later_procedure() SELECT 1; CREATE EVENT later_event ON SCHEDULE EVERY 1 DAY DO SELECT 1;
         CREATE TRIGGER later_trigger BEFORE INSERT ON later FOR EACH ROW SET @a = 1; DELETE FROM children;
         ALTER DATABASE ${name} CHARACTER SET latin1;`,
      );

      await restoreByHand(lab.hook(), name, entry, file, meta);

      expect(await picture(lab, name)).toBe(before);
    } finally {
      await sql(lab, '', `DROP DATABASE ${name};`);
    }
  });
});
