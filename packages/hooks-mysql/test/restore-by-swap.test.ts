import { readFile, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir, uniqueName } from '../../../test/support/servers.ts';
import { scratchOf } from '../src/scratch.ts';
import { dumpByHand, restoreByHand, type Traces } from './support/by-hand.ts';
import { until, withHeldTable } from './support/held-table.ts';
import { type Lab, onEachServer, picture, sql } from './support/lab.ts';
import { rich } from './support/rich.ts';
import { scratchDatabases, withDatabases } from './support/scratch-database.ts';

const newFile = async () => join(await tempDir(), 'dump.sql');

/** What accounts may do with single tables and routines of a database. */
function grantsIn(lab: Lab, database: string): Promise<string> {
  return sql(
    lab,
    '',
    `SELECT user, host, table_name, table_priv, column_priv FROM mysql.tables_priv WHERE db = '${database}' ORDER BY 1, 2, 3;
     SELECT user, host, routine_name, routine_type, proc_priv FROM mysql.procs_priv WHERE db = '${database}' ORDER BY 1, 2, 3, 4;`,
  );
}

onEachServer((lab) => {
  test('what accounts may do with the database, its tables and its routines is the same afterwards', async () => {
    const [name, user] = [uniqueName('granted'), uniqueName('user')];
    const entry = { ...lab.connection, name };
    const file = await newFile();
    await withDatabases(lab, [name], async () => {
      await sql(
        lab,
        name,
        `CREATE TABLE t (x INT); CREATE VIEW v AS SELECT * FROM t; CREATE PROCEDURE p() SELECT 1; CREATE USER ${user};
         GRANT SELECT, UPDATE (x) ON ${name}.t TO ${user}; GRANT SELECT ON ${name}.v TO ${user};
         GRANT EXECUTE ON PROCEDURE ${name}.p TO ${user} WITH GRANT OPTION; GRANT INSERT ON ${name}.* TO ${user};`,
      );
      try {
        // In any order.
        const shown = async () => (await sql(lab, '', `SHOW GRANTS FOR ${user}`)).split('\n').sort();
        const [grants, all] = [await grantsIn(lab, name), await shown()];
        expect(grants).toMatch(/\tp\tPROCEDURE\tExecute,Grant/);
        const meta = await dumpByHand(lab.hook(), entry, file);
        await restoreByHand(lab.hook(), name, entry, file, meta);
        expect(await grantsIn(lab, name)).toBe(grants);
        expect(await shown()).toEqual(all);
      } finally {
        await sql(lab, '', `DROP USER ${user}`);
      }
    });
  });

  test('when a step of the switch fails, everything is put back, and nothing is left beside it', async () => {
    const name = uniqueName('undone');
    const entry = { ...lab.connection, name };
    const file = await newFile();
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, rich(lab, name));
      const meta = await dumpByHand(lab.hook(), entry, file);
      await sql(
        lab,
        name,
        'DELETE FROM parts; DROP VIEW z_simple; CREATE TABLE z_simple (id INT); CREATE PROCEDURE later() SELECT 1;',
      );
      const live = await picture(lab, name).catch(() => sql(lab, name, 'SHOW TABLES'));
      const checksum = await sql(lab, name, 'CHECKSUM TABLE parents, children, parts, z_simple');
      const broken = `CREATE VIEW impossible AS SELECT * FROM nowhere;\n`;
      const whole = await readFile(file);
      await writeFile(file, Buffer.concat([whole, Buffer.from(broken)]));
      const bytes = String(Number(meta.definitionsBytes) + broken.length);

      const restored = restoreByHand(lab.hook(), name, entry, file, { ...meta, definitionsBytes: bytes });
      await expect(restored).rejects.toThrow(/nowhere.*doesn't exist/);

      expect(await picture(lab, name).catch(() => sql(lab, name, 'SHOW TABLES'))).toBe(live);
      expect(await sql(lab, name, 'CHECKSUM TABLE parents, children, parts, z_simple')).toBe(checksum);
      expect(await sql(lab, name, 'CALL later()')).toBe('1');
      expect(await scratchDatabases(lab, name)).toEqual([]);
    });
  });

  test('while another session holds a table, the restore fails, says why, and has changed nothing', async () => {
    const name = uniqueName('held');
    const entry = { ...lab.connection, name };
    const file = await newFile();
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, 'CREATE TABLE t (x INT); CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.x = 7;');
      const meta = await dumpByHand(lab.hook(), entry, file);
      await sql(lab, name, 'INSERT INTO t VALUES (1); CREATE TABLE u (x INT);');
      const live = await picture(lab, name);
      await withHeldTable(lab, `${name}.u`, async () => {
        await expect(restoreByHand(lab.hook(), name, entry, file, meta)).rejects.toMatchObject({
          code: 'RESTORE_FAILED',
          message: expect.stringContaining('1205'),
        });
      });
      expect(await picture(lab, name)).toBe(live);
      expect(await scratchDatabases(lab, name)).toEqual([]);
    });
  });

  test('foreign keys of other databases are named, and the restore is refused before anything is touched', async () => {
    const [name, other, user] = [`${uniqueName('referenced')}-ü日`, `${uniqueName('refers')} '`, uniqueName('user')];
    const entry = { ...lab.connection, name };
    const file = await newFile();
    await withDatabases(lab, [name, other], async () => {
      await sql(lab, name, 'CREATE TABLE t (x INT PRIMARY KEY) ENGINE=InnoDB; INSERT INTO t VALUES (1);');
      const meta = await dumpByHand(lab.hook(), entry, file);
      await sql(
        lab,
        name,
        `CREATE DATABASE \`${other}\`;
         CREATE TABLE \`${other}\`.\`u/ü\` (x INT, CONSTRAINT far FOREIGN KEY (x) REFERENCES \`${name}\`.t (x)) ENGINE=InnoDB;
         INSERT INTO t VALUES (2); CREATE USER ${user} IDENTIFIED BY 'x';
         GRANT ALL ON \`${name}\`.* TO ${user}; GRANT ALL ON \`dumpstream\\_%\`.* TO ${user}; GRANT PROCESS ON *.* TO ${user};`,
      );
      try {
        // Who may not see the other database hears of it all the same.
        for (const account of [{}, { username: user, password: 'x' }]) {
          const restored = restoreByHand(lab.hook(), name, { ...entry, ...account }, file, meta);
          await expect(restored).rejects.toMatchObject({
            code: 'RESTORE_FAILED',
            message: expect.stringContaining(`other databases would follow the old tables: far of ${other}.u/ü (to t)`),
            hint: expect.stringContaining('in-place'),
          });
          expect(await sql(lab, name, 'SELECT COUNT(*) FROM t')).toBe('2');
        }
      } finally {
        await sql(lab, '', `DROP DATABASE \`${other}\`; DROP USER ${user};`);
      }
    });
  });

  test('a dump that cannot fit on the disk of a server on this host is refused before anything is touched', async () => {
    const name = uniqueName('large');
    const file = await newFile();
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, 'CREATE TABLE kept (x INT)');
      const directory = await sql(lab, '', 'SELECT @@datadir');
      const seen = await statfs(directory).catch(() => undefined);
      // A server in a container, say: what is free there is not known.
      const bytes = seen === undefined ? 0 : 4 * seen.bavail * seen.bsize;
      await writeFile(file, 'not SQL;\n');
      const meta = { format: 'sql', definitionsBytes: '0' };
      const restored = restoreByHand(lab.hook(), name, { ...lab.connection, name }, file, meta, { bytes });
      await expect(restored).rejects.toThrow(
        seen === undefined ? /syntax/ : new RegExp(`takes at least ${bytes / 2} bytes, in ${directory} \\d+ are free`),
      );
      expect(await sql(lab, name, 'SHOW TABLES')).toBe('kept');
    });
  });

  test('a dump that is not ours cannot touch the live database while it is loaded', async () => {
    const name = uniqueName('aimed');
    const entry = { ...lab.connection, name };
    const file = await newFile();
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, 'CREATE TABLE kept (x INT)');
      for (const aimed of [`DROP TABLE ${name}.kept`, `DROP DATABASE ${name}`, `USE ${name}; DROP TABLE kept`]) {
        await writeFile(file, `CREATE TABLE t (x INT);\n${aimed};\n`);
        const traces: Traces = { warnings: [], commands: [] };
        const restored = restoreByHand(lab.hook(), name, entry, file, { format: 'sql' }, { traces });
        await expect(restored).rejects.toMatchObject({
          code: 'RESTORE_FAILED',
          hint: expect.stringContaining('in-place'),
        });
        expect(await sql(lab, name, 'SHOW TABLES')).toBe('kept');
        // Of each kind that a policy can ask for.
        const making = traces.commands.find(({ input = '' }) => input.includes('CREATE USER'));
        expect(making?.input).toMatch(/ IDENTIFIED BY '[\w-]{32}-aA1';/);
      }
      expect(await scratchDatabases(lab, name)).toEqual([]);
      // Other tests have theirs on the same server.
      const { account } = scratchOf(name, { caseSensitive: true });
      expect(await sql(lab, '', `SELECT user FROM mysql.user WHERE user = '${account}'`)).toBe('');
    });
  });

  test.each([
    ['before the switch', '', 'old'],
    ['in the switch, before the tables were moved', 'switching', 'old'],
    ['in the switch, after the tables were moved', 'moved', 'new'],
    ['when all was done', 'done', 'new'],
  ])(
    'what a restore has left that was killed %s is mended and cleared away by the next',
    async (_, state, expected) => {
      const name = uniqueName('killed');
      const entry = { ...lab.connection, name };
      const file = await newFile();
      const { fresh, aside } = scratchOf(name, { caseSensitive: true });
      await withDatabases(lab, [name, fresh, aside], async () => {
        // As a killed one leaves it, triggers and views not yet made again.
        const moved = state === 'moved' || state === 'done';
        const [live, away] = moved ? ['new', 'old'] : ['old', 'new'];
        const plan = JSON.stringify({
          ...{
            database: name,
            created: false,
            dropped: ['g'],
            arriving: 1,
            leftOut: [],
            defaultsBefore: '',
            defaultsAfter: '',
            grants: '',
          },
        });
        await sql(
          lab,
          name,
          `CREATE TABLE t AS SELECT '${live}' AS x; CREATE DATABASE ${aside}; CREATE DATABASE ${fresh};
         CREATE TABLE ${moved ? aside : fresh}.t AS SELECT '${away}' AS x;
         CREATE TABLE ${aside}.dumpstream_0123456789abcdef (what VARCHAR(16), part INT, body LONGBLOB, PRIMARY KEY (what, part));`,
        );
        if (state !== '') {
          await sql(
            lab,
            aside,
            `INSERT INTO dumpstream_0123456789abcdef VALUES ('state', 0, '${state === 'moved' ? 'switching' : state}'),
            ('plan', 0, '${plan}'), ('before', 0, 'CREATE VIEW v AS SELECT 1 AS old FROM t;\n'), ('after', 0, 'CREATE VIEW v AS SELECT 1 AS new FROM t;\n')`,
          );
        }
        // It has to fail after it has cleared away, so that what is left is seen.
        await writeFile(file, 'not SQL;\n');
        await expect(
          restoreByHand(lab.hook(), name, entry, file, { format: 'sql', definitionsBytes: '0' }),
        ).rejects.toThrow(/syntax/);
        expect(await sql(lab, name, 'SELECT x FROM t')).toBe(expected);
        const view = state === 'switching' || state === 'moved' ? expected : '';
        expect(
          await sql(
            lab,
            name,
            `SELECT column_name FROM information_schema.columns WHERE table_schema = '${name}' AND table_name = 'v'`,
          ),
        ).toBe(view);
        expect(await scratchDatabases(lab, name)).toEqual([]);
      });
    },
  );

  test('what the server still does for a restore whose host was killed is waited for', async () => {
    const [name, user] = [uniqueName('unended'), uniqueName('user')];
    const file = await newFile();
    const { fresh, aside, lock } = scratchOf(name, { caseSensitive: true });
    const marker = `${aside}.dumpstream_0123456789abcdef`;
    const plan = { database: name, created: false, dropped: ['g'], arriving: 1, leftOut: [], grants: '' };
    await withDatabases(lab, [name, fresh, aside], async () => {
      await sql(
        lab,
        name,
        `CREATE TABLE t AS SELECT 'old' AS x; CREATE DATABASE ${aside}; CREATE DATABASE ${fresh};
         CREATE TABLE ${fresh}.t AS SELECT 'new' AS x;
         CREATE TABLE ${marker} (what VARCHAR(16), part INT, body LONGBLOB, PRIMARY KEY (what, part));
         INSERT INTO ${marker} VALUES ('state', 0, 'switching'), ('before', 0, 'CREATE VIEW old AS SELECT 1;\n'),
           ('plan', 0, '${JSON.stringify({ ...plan, defaultsBefore: '', defaultsAfter: '' })}');
         CREATE USER ${user} IDENTIFIED BY 'x'; GRANT PROCESS ON *.* TO ${user};
         GRANT ALL ON ${name}.* TO ${user}; GRANT ALL ON \`dumpstream\\_%\`.* TO ${user};`,
      );
      try {
        await writeFile(file, 'not SQL;\n');
        const entry = { ...lab.connection, username: user, password: 'x', name };
        const waiting = `SELECT COUNT(*) FROM information_schema.processlist WHERE user = '${user}' AND info LIKE 'SET @dumpstream%'`;
        let [switching, restored]: Promise<unknown>[] = [];
        await withHeldTable(lab, `${fresh}.t`, async () => {
          switching = sql(
            lab,
            '',
            `DO GET_LOCK('${lock}', 0); RENAME TABLE ${name}.t TO ${aside}.t, ${fresh}.t TO ${name}.t;
             UPDATE ${marker} SET body = 'done' WHERE what = 'state';`,
          );
          await until(async () => (await sql(lab, '', `SELECT IS_USED_LOCK('${lock}') IS NULL`)) === '0');
          restored = restoreByHand(lab.hook(), name, entry, file, { format: 'sql', definitionsBytes: '0' });
          restored.catch(() => {});
          await until(async () => (await sql(lab, '', waiting)) === '1');
        });
        await expect(restored).rejects.toThrow(/syntax/);
        await switching;
        expect(await sql(lab, name, 'SELECT x FROM t; SHOW TABLES;')).toBe('new\nt');
        expect(await scratchDatabases(lab, name)).toEqual([]);
      } finally {
        await sql(lab, '', `DROP USER ${user}`);
      }
    });
  });

  if (lab.title === 'MariaDB') return;
  test('nobody writes past a trigger while the database is replaced', async () => {
    const name = uniqueName('guarded');
    const entry = { ...lab.connection, name };
    const file = await newFile();
    const many = Array.from({ length: 12 }, (_, index) => index);
    await withDatabases(lab, [name], async () => {
      const table = (n: number) =>
        `CREATE TABLE t${n} (x INT); CREATE TRIGGER g${n} BEFORE INSERT ON t${n} FOR EACH ROW SET NEW.x = 7;`;
      await sql(lab, name, many.map(table).join('\n'));
      const meta = await dumpByHand(lab.hook(), entry, file);
      let restoring = true;
      const writer = (async () => {
        while (restoring) await sql(lab, name, many.map((n) => `INSERT INTO t${n} VALUES (0);`.repeat(20)).join('\n'));
      })();
      await restoreByHand(lab.hook(), name, entry, file, meta);
      restoring = false;
      await writer;
      const past = many.map((n) => `SELECT COUNT(*) FROM t${n} WHERE x = 0;`).join('\n');
      expect(await sql(lab, name, past)).toBe(many.map(() => '0').join('\n'));
    });
  });
});
