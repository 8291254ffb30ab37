import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir, uniqueName } from '../../../test/support/servers.ts';
import { dumpByHand, restoreByHand, type Traces } from './support/by-hand.ts';
import { onEachServer, sql } from './support/lab.ts';
import { rich } from './support/rich.ts';
import { withDatabases } from './support/scratch-database.ts';

onEachServer((lab) => {
  test('an unchanged database gives the same bytes again', async () => {
    const name = uniqueName('same');
    const [first, second] = [join(await tempDir(), 'first'), join(await tempDir(), 'second')];
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, rich(lab, name));
      await dumpByHand(lab.hook(), { ...lab.connection, name }, first);
      await dumpByHand(lab.hook(), { ...lab.connection, name }, second);
      const bytes = await readFile(first);
      expect(bytes.length).toBeGreaterThan(1000);
      expect((await readFile(second)).equals(bytes)).toBe(true);
    });
  });

  test('the last bytes, as many as the archive says, are the definitions, and nothing in them names the database', async () => {
    const name = uniqueName('parts');
    const file = join(await tempDir(), 'dump.sql');
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, rich(lab, name));
      await sql(lab, '', `ALTER DATABASE ${name} CHARACTER SET latin1`);
      const meta = await dumpByHand(lab.hook(), { ...lab.connection, name }, file);

      const bytes = await readFile(file);
      const at = bytes.length - Number(meta.definitionsBytes);
      const [tables, definitions] = [bytes.subarray(0, at).toString(), bytes.subarray(at).toString()];
      expect(definitions).toMatch(/^-- Views, triggers, routines and events\n/);
      for (const kind of ['TRIGGER', 'FUNCTION', 'PROCEDURE', 'EVENT', 'VIEW']) {
        expect(definitions).toMatch(new RegExp(`^.*(CREATE.*|50001 )${kind} `, 'm'));
        expect(tables).not.toMatch(new RegExp(`^.*(CREATE.*|50001 )${kind} `, 'm'));
      }
      expect(definitions).not.toContain(name);
      expect(definitions).toContain('ALTER DATABASE CHARACTER SET utf8mb4');
      expect(definitions).not.toMatch(/CREATE TABLE|INSERT INTO `/);
      expect(tables).toMatch(/CREATE TABLE `parents`.*INSERT INTO `parents`/s);
    });
  });

  test('what the archive keeps beside the dump names client, server and the defaults of the database', async () => {
    const name = uniqueName('meta');
    const file = join(await tempDir(), 'dump.sql');
    await withDatabases(
      lab,
      [name],
      async () => {
        const meta = await dumpByHand(lab.hook(), { ...lab.connection, name }, file);
        expect(meta).toEqual({
          format: 'sql',
          clientFamily: lab.title.toLowerCase(),
          clientVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/),
          serverFamily: lab.title.toLowerCase(),
          serverVersion: await sql(lab, '', 'SELECT VERSION()'),
          characterSet: 'latin2',
          collation: 'latin2_croatian_ci',
          definitionsBytes: '0',
        });
      },
      'CHARACTER SET latin2 COLLATE latin2_croatian_ci',
    );
  });

  test('a trigger with text in another character set than UTF-8 keeps its bytes', async () => {
    const name = uniqueName('latin');
    const entry = { ...lab.connection, name };
    const file = join(await tempDir(), 'dump.sql');
    const read = async () => {
      await sql(lab, name, 'DELETE FROM t; INSERT INTO t VALUES (NULL)');
      return sql(lab, name, 'SELECT x FROM t');
    };
    await withDatabases(lab, [name], async () => {
      const latin1 = `CREATE TABLE t (x VARCHAR(9)); SET NAMES latin1;
        CREATE TRIGGER latin BEFORE INSERT ON t FOR EACH ROW SET NEW.x = 'é';`;
      await sql(lab, name, Buffer.from(latin1, 'latin1'));
      expect(await read()).toBe('é');
      const meta = await dumpByHand(lab.hook(), entry, file);
      await expect(restoreByHand(lab.hook(), name, entry, file, meta)).rejects.toMatchObject({
        code: 'RESTORE_FAILED',
        hint: expect.stringContaining('in-place'),
      });
      expect(await read()).toBe('é');
      await restoreByHand(lab.hook(), name, entry, file, meta, { strategy: 'in-place' });
      expect(await read()).toBe('é');
      expect(meta.definitionsBytes).toBeUndefined();
    });
  });

  test('options are given on to the dump, and neither they nor the password can be seen in a wrong place', async () => {
    const name = uniqueName('options');
    const file = join(await tempDir(), 'dump.sql');
    const traces: Traces = { warnings: [], commands: [] };
    await withDatabases(lab, [name], async () => {
      await sql(
        lab,
        name,
        `CREATE TABLE kept (x INT); CREATE TABLE \`left out\` (x INT);
         CREATE VIEW a AS SELECT 1; CREATE VIEW ab AS SELECT 1; CREATE VIEW b AS SELECT 1;`,
      );
      const options = `--ignore-table="${name}.left out" --ignore-table=${name}.ab --ignore-table ${name}.b --routines`;
      await dumpByHand(lab.hook(), { ...lab.connection, name, options }, file, { traces });
      const dumped = await readFile(file, 'utf8');
      expect(dumped).toContain('CREATE TABLE `kept`');
      expect(dumped).not.toContain('left out');
      expect(dumped.match(/50001 VIEW `\w+`/g)).toEqual(['50001 VIEW `a`']);
      expect(traces.commands.length).toBeGreaterThan(2);
      for (const { file: program, args, input = '', env = {} } of traces.commands) {
        expect([...args, input].join('\n')).not.toContain(lab.connection.password);
        expect(Object.keys(env).filter((key) => env[key] === lab.connection.password)).toEqual(
          program === 'cat' || /version|print-defaults/.test(args.join()) ? [] : ['MYSQL_PWD'],
        );
      }
    });
  });

  test('a database that is not there is an error of its own', async () => {
    const name = uniqueName('nowhere');
    const dumped = dumpByHand(lab.hook(), { ...lab.connection, name }, join(await tempDir(), 'dump.sql'));
    await expect(dumped).rejects.toMatchObject({ code: 'DATABASE_NOT_FOUND', message: expect.stringContaining(name) });
  });
});
