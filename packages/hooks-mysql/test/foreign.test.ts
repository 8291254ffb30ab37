import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { tempDir, uniqueName } from '../../../test/support/servers.ts';
import { withoutDatabase } from '../src/foreign.ts';
import { recognise } from '../src/recognise.ts';
import { restoreByHand } from './support/by-hand.ts';
import { type Lab, onEachServer, picture, sql } from './support/lab.ts';
import { withOwnServer } from './support/own-server.ts';
import { withDatabases } from './support/scratch-database.ts';

/** As the reference has dumps made. */
async function dumpAsOthersDo(lab: Lab, ...rest: readonly string[]): Promise<{ file: string; text: string }> {
  const { hostname, port, username, password } = lab.connection;
  const args = [`--host=${hostname}`, `--port=${port}`, `--user=${username}`, '--protocol=tcp', ...lab.dumperArgs];
  const { stdout } = await promisify(execFile)(
    lab.dumper,
    [
      '--no-defaults',
      ...args.filter((arg) => arg !== '--dump-history'),
      '--add-drop-database',
      '--routines',
      '--databases',
      ...rest,
    ],
    { env: { ...process.env, MYSQL_PWD: password } },
  );
  const file = join(await tempDir(), 'dump.sql');
  await writeFile(file, stdout);
  return { file, text: stdout };
}

const content = (name: string) => `
  CREATE TABLE t (x VARCHAR(99)); INSERT INTO t VALUES ('USE \`${name}\`;\\nDROP DATABASE ${name};');
  CREATE VIEW v AS SELECT x FROM t; CREATE PROCEDURE p() SELECT 1;
  CREATE TRIGGER \`${name}\`.g BEFORE INSERT ON ${name}.t FOR EACH ROW SET NEW.x = 'g';`;

onEachServer((lab) => {
  test.each(['swap', 'in-place'] as const)(
    'the dump of another tool, which chooses its database, is restored by %s',
    async (strategy) => {
      const [name, other] = [uniqueName('theirs'), uniqueName('other')];
      await withDatabases(lab, [name, other], async () => {
        await sql(lab, name, content(name));
        const before = await picture(lab, name);
        const { file, text } = await dumpAsOthersDo(lab, name);
        const meta = recognise(Buffer.from(text));
        expect(meta).toMatchObject({ format: 'sql-databases', firstDatabase: name });
        await sql(lab, name, 'DROP PROCEDURE p; CREATE TABLE later (x INT);');
        const live = await picture(lab, name);

        if (meta === undefined) throw new Error('not recognised');
        await restoreByHand(lab.hook(), name, { ...lab.connection, name: other }, file, meta, { strategy });
        expect(await picture(lab, other)).toBe(before);
        expect(await picture(lab, name)).toBe(live);

        await restoreByHand(lab.hook(), name, { ...lab.connection, name }, file, meta, { strategy });
        expect(await picture(lab, name)).toBe(before);
      });
    },
  );

  test('one script of several databases is restored in place only, and only when that is asked for', async () => {
    const [one, two] = [uniqueName('one'), uniqueName('two')];
    await withDatabases(lab, [one, two], async () => {
      await sql(
        lab,
        '',
        `CREATE DATABASE ${two}; CREATE TABLE ${one}.t AS SELECT 1 AS x; CREATE TABLE ${two}.t AS SELECT 2 AS x;`,
      );
      const { file, text } = await dumpAsOthersDo(lab, one, two);
      const meta = recognise(Buffer.from(text)) ?? { format: '' };
      await sql(lab, '', `DROP DATABASE ${two}; DELETE FROM ${one}.t`);
      const entry = { ...lab.connection, name: 'all' };
      await expect(restoreByHand(lab.hook(), 'all', entry, file, meta)).rejects.toMatchObject({
        code: 'RESTORE_FAILED',
        hint: expect.stringContaining('in-place'),
      });
      expect(await sql(lab, one, 'SELECT COUNT(*) FROM t')).toBe('0');
      await restoreByHand(lab.hook(), 'all', entry, file, meta, { strategy: 'in-place' });
      expect(await sql(lab, '', `SELECT x FROM ${one}.t; SELECT x FROM ${two}.t`)).toBe('1\n2');
    });
  });
});

test('events of another tool’s dump are not run beside the live database: they are refused until the server runs none', async () => {
  await withOwnServer(['--event-scheduler=ON'], async (server) => {
    const name = 'evented';
    const entry = { ...server.connection, name };
    await sql(server, '', `CREATE DATABASE ${name}; CREATE TABLE ${name}.t (x INT);`);
    await sql(server, name, `CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO INSERT INTO ${name}.t VALUES (1)`);
    const { file, text } = await dumpAsOthersDo(server, '--events', name);
    await sql(server, name, 'DROP EVENT e; DO SLEEP(1); DELETE FROM t;');
    const meta = recognise(Buffer.from(text)) ?? { format: '' };

    await expect(restoreByHand(server.hook(), name, entry, file, meta)).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringMatching(/the dump makes events/),
      hint: expect.stringContaining('SET GLOBAL event_scheduler = OFF'),
    });
    expect(await sql(server, name, 'SELECT COUNT(*) FROM t; SHOW EVENTS;')).toBe('0');

    await sql(server, '', 'SET GLOBAL event_scheduler = OFF');
    await restoreByHand(server.hook(), name, entry, file, meta);
    expect(await sql(server, name, `SELECT status FROM information_schema.events WHERE event_schema = '${name}'`)).toBe(
      'ENABLED',
    );
  });
});

test.each(['db', 'a.b*c', 'd`b', '$(id)', "q'x"])(
  'the database %j is taken out of a script of its own',
  async (name) => {
    const quoted = `\`${name.replaceAll('`', '``')}\``;
    const head = (database: string) =>
      `/*!40000 DROP DATABASE IF EXISTS ${database}*/;\n\nCREATE DATABASE ${database};\n\nUSE ${database};\n`;
    const alter = (database: string) => `ALTER DATABASE ${database}CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ;\n`;
    const input = `-- x\n${head(quoted)}INSERT INTO t VALUES ('USE ${quoted};');\n${alter(`${quoted} `)}USE ${quoted};\nUSE \`other\`;\n`;
    const { file, args, env } = withoutDatabase(name);
    const filtered = promisify(execFile)(file, args, { env: { ...process.env, ...env } });
    filtered.child.stdin?.end(input);
    expect((await filtered).stdout.replaceAll(/\n+/g, '\n')).toBe(
      `-- x\nINSERT INTO t VALUES ('USE ${quoted};');\n${alter('')}USE \`other\`;\n`,
    );
  },
);
