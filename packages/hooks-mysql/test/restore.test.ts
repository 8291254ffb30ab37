import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir, uniqueName } from '../../../test/support/servers.ts';
import { dumpByHand, restoreByHand } from './support/by-hand.ts';
import { type Lab, onEachServer, picture, sql } from './support/lab.ts';
import { rich } from './support/rich.ts';
import { withDatabases } from './support/scratch-database.ts';

const newFile = async () => join(await tempDir(), 'dump.sql');

/** Made under another character set than the database has in the end: a dump has to set that for each routine. */
async function fillRich(lab: Lab, name: string): Promise<void> {
  await sql(lab, '', `ALTER DATABASE ${name} CHARACTER SET latin1;`);
  await sql(lab, name, rich(lab, name));
  await sql(lab, '', `ALTER DATABASE ${name} CHARACTER SET utf8mb4;`);
}

onEachServer((lab) => {
  test('a database with one of everything comes back as it was, and what was made since is gone', async () => {
    const name = uniqueName('rich');
    const entry = { ...lab.connection, name };
    const file = await newFile();
    await withDatabases(lab, [name], async () => {
      await fillRich(lab, name);
      const before = await picture(lab, name);
      const meta = await dumpByHand(lab.hook(), entry, file);
      await sql(
        lab,
        name,
        `CREATE TABLE later (id INT); CREATE VIEW later_view AS SELECT * FROM later; DROP VIEW z_simple;
         CREATE TABLE z_simple (x INT); CREATE PROCEDURE later_procedure() SELECT 1;
         CREATE EVENT later_event ON SCHEDULE EVERY 1 DAY DO SELECT 1;
         CREATE TRIGGER later_trigger BEFORE INSERT ON later FOR EACH ROW SET @a = 1; DELETE FROM children;
         ALTER DATABASE ${name} CHARACTER SET latin1;`,
      );

      await restoreByHand(lab.hook(), name, entry, file, meta);

      expect(await picture(lab, name)).toBe(before);
    });
  });

  test('a database that is gone is made again, with the character set and collation that it had', async () => {
    const name = uniqueName('gone');
    const entry = { ...lab.connection, name };
    const file = await newFile();
    const defaults = `SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE schema_name = '${name}'`;
    await withDatabases(
      lab,
      [name],
      async () => {
        await sql(lab, name, 'CREATE TABLE t (x VARCHAR(9)); INSERT INTO t VALUES (0xE9);');
        const meta = await dumpByHand(lab.hook(), entry, file);
        await sql(lab, '', `DROP DATABASE ${name}`);

        await restoreByHand(lab.hook(), name, entry, file, meta);

        expect(await sql(lab, name, 'SELECT x, HEX(x) FROM t')).toBe('é\tE9');
        expect(await sql(lab, '', defaults)).toBe('latin1\tlatin1_german1_ci');
      },
      'CHARACTER SET latin1 COLLATE latin1_german1_ci',
    );
  });

  test('under another name it becomes a database of its own, and the one that it came from stays untouched', async () => {
    const name = uniqueName('from');
    const other = uniqueName('to');
    const file = await newFile();
    await withDatabases(lab, [name, other], async () => {
      await fillRich(lab, name);
      const meta = await dumpByHand(lab.hook(), { ...lab.connection, name }, file);
      const archived = await picture(lab, name);
      await sql(lab, name, 'DROP TRIGGER qualified; DELETE FROM parts;');
      const live = await picture(lab, name);

      await restoreByHand(lab.hook(), name, { ...lab.connection, name: other }, file, meta);

      expect(await picture(lab, other)).toBe(archived);
      expect(await picture(lab, name)).toBe(live);
      expect(await sql(lab, other, 'SHOW CREATE VIEW m_elsewhere')).not.toContain(`\`${name}\`.\`parents\``);
    });
  });

  test('rights on the database and its tables outlive a restore', async () => {
    const name = uniqueName('granted');
    const user = uniqueName('user');
    const entry = { ...lab.connection, name };
    const file = await newFile();
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, `CREATE TABLE t (x INT); CREATE USER ${user}; GRANT SELECT ON ${name}.t TO ${user};`);
      try {
        const grants = await sql(lab, '', `SHOW GRANTS FOR ${user}`);
        const meta = await dumpByHand(lab.hook(), entry, file);
        await restoreByHand(lab.hook(), name, entry, file, meta);
        expect(await sql(lab, '', `SHOW GRANTS FOR ${user}`)).toBe(grants);
      } finally {
        await sql(lab, '', `DROP USER ${user}`);
      }
    });
  });

  test.each([
    ['-Fc'],
    ['--help'],
    ['a=b'],
    ['../../etc/x'],
    ['a b'],
    ['quo\'te"`'],
    ['back\\slash'],
    ['new\nline'],
    ['{now}'],
    ['$(id);id'],
    ['mysql://x@y:1/z'],
    ['ünï日本'],
    ['dot.ted%_'],
    ['x'.repeat(50)],
  ])('a database, its table and its view called %j make the round trip', async (hostile) => {
    const name = `${hostile}${uniqueName('')}`;
    const entry = { ...lab.connection, name };
    const file = await newFile();
    const quoted = `\`${hostile.replaceAll('`', '``')}\``;
    const read = () => sql(lab, name, `SELECT * FROM ${quoted}; SELECT * FROM \`v${quoted.slice(1)};`);
    await withDatabases(lab, [name], async () => {
      await sql(
        lab,
        name,
        `CREATE TABLE ${quoted} (${quoted} INT); INSERT INTO ${quoted} VALUES (7);
         CREATE VIEW \`v${quoted.slice(1)} AS SELECT ${quoted} + 1 FROM ${quoted};
         CREATE TRIGGER \`t${quoted.slice(1)} BEFORE INSERT ON ${quoted} FOR EACH ROW SET @a = 1;
         CREATE PROCEDURE \`p${quoted.slice(1)}() SELECT 1;`,
      );
      const before = await read();
      const meta = await dumpByHand(lab.hook(), entry, file);
      await sql(lab, name, `DELETE FROM ${quoted}`);

      await restoreByHand(lab.hook(), name, entry, file, meta);

      expect(await read()).toBe(before);
      expect(await sql(lab, name, `CALL \`p${quoted.slice(1)}()`)).toBe('1');
    });
  });

  test('a dump that stops at an error fails the restore; the database is what it was', async () => {
    const name = uniqueName('broken');
    const file = await newFile();
    await withDatabases(lab, [name], async () => {
      await writeFile(file, 'CREATE TABLE t (x INT);\nINSERT INTO nowhere VALUES (1);\nCREATE TABLE u (x INT);\n');
      await sql(lab, name, 'CREATE TABLE kept (x INT)');
      const restored = restoreByHand(lab.hook(), name, { ...lab.connection, name }, file, { format: 'sql' });
      await expect(restored).rejects.toThrow(/nowhere.*doesn't exist/);
      expect(await sql(lab, name, 'SHOW TABLES')).toBe('kept');
    });
  });

  test('a line of the dump is no command to the client', async () => {
    const name = uniqueName('commands');
    const directory = await tempDir();
    const file = join(directory, 'dump.sql');
    await withDatabases(lab, [name], async () => {
      await writeFile(file, `system touch ${directory}/system\n;\\! touch ${directory}/system\n`);
      const restored = restoreByHand(lab.hook(), name, { ...lab.connection, name }, file, { format: 'sql' });
      await expect(restored).rejects.toThrow();
      await expect(writeFile(join(directory, 'system'), '', { flag: 'wx' })).resolves.toBeUndefined();
    });
  });
});
