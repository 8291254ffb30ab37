import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir, uniqueName } from '../../../test/support/servers.ts';
import { checkByHand, dumpByHand, restoreByHand } from './support/by-hand.ts';
import { type Lab, onEachServer, picture, sql } from './support/lab.ts';
import { withDatabases } from './support/scratch-database.ts';

/** Runs some work as an account that may do no more than is granted to it. */
async function withAccount<T>(
  lab: Lab,
  grants: readonly string[],
  work: (account: { username: string; password: string }) => Promise<T>,
): Promise<T> {
  const username = uniqueName('few');
  try {
    const granted = grants.map((grant) => `GRANT ${grant} TO ${username};`).join('\n');
    await sql(lab, '', `CREATE USER ${username} IDENTIFIED BY 'x'; ${granted}`);
    return await work({ username, password: 'x' });
  } finally {
    await sql(lab, '', `DROP USER IF EXISTS ${username}`);
  }
}

onEachServer((lab) => {
  const showsRoutines = lab.title === 'MariaDB' ? 'SELECT ON mysql.proc' : 'SHOW_ROUTINE ON *.*';

  test('what an account lacks to dump everything is found beforehand, right by right', async () => {
    const name = uniqueName('with_all');
    const on = `\`${name.replaceAll('_', '\\_')}\`.*`;
    const entry = { ...lab.connection, name };
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, 'CREATE TABLE t (x INT); CREATE VIEW v AS SELECT * FROM t; CREATE PROCEDURE p() SELECT 1;');
      const missing = async (grants: readonly string[], more = {}) =>
        withAccount(lab, grants, async (account) =>
          checkByHand(lab.hook(), { ...entry, ...account, ...more }).then(
            () => '',
            (error) => `${error.code} ${error.message}`,
          ),
        );
      const some = `SELECT, EVENT ON ${on}`;
      expect(await missing([some])).toMatch(
        /^PERMISSION_MISSING few_\w+@% may not dump .*lacks TRIGGER, SHOW VIEW on with_all/,
      );
      expect(await missing([some])).toContain(showsRoutines.replace(' ON ', ' on '));
      const tables = `SELECT, EVENT, TRIGGER, SHOW VIEW ON ${on}`;
      expect(await missing([tables, showsRoutines])).toBe('');
      expect(await missing([tables], { routines: false })).toBe('');
      expect(
        await missing([`SELECT, SHOW VIEW ON ${on}`], { routines: false, events: false, options: '--skip-triggers' }),
      ).toBe('');
      expect(await missing([tables, showsRoutines], { lock_tables: true })).toMatch(/lacks LOCK TABLES on/);
      // It knows the routine, and may not read it.
      expect(await missing([tables, `EXECUTE ON ${on}`])).toContain(showsRoutines.replace(' ON ', ' on '));
      // One on a single table, or a column, is not one on all.
      expect(await missing([`SELECT ON ${name}.t`])).toMatch(/lacks SELECT, TRIGGER/);
      const tablespaces = await missing([tables, showsRoutines], { tablespaces: true });
      expect(tablespaces).toMatch(lab.title === 'MySQL' ? /lacks PROCESS on \*\.\*/ : /^$/);
    });
  });

  test('rights by a role that is active at login count', async () => {
    const [name, role] = [uniqueName('by_role'), uniqueName('role')];
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, `CREATE TABLE t (x INT); CREATE ROLE ${role}; GRANT ALL ON ${name}.* TO ${role};`);
      try {
        await withAccount(
          lab,
          [role.replace(/^/, '')].map((each) => each),
          async (account) => {
            const { username } = account;
            await sql(
              lab,
              '',
              lab.title === 'MariaDB'
                ? `SET DEFAULT ROLE ${role} FOR ${username}`
                : `ALTER USER ${username} DEFAULT ROLE ${role}`,
            );
            await expect(checkByHand(lab.hook(), { ...lab.connection, ...account, name })).resolves.toBeDefined();
          },
        );
      } finally {
        await sql(lab, '', `DROP ROLE ${role}`);
      }
    });
  });

  test('an account that may not make the databases beside it is told so before a restore touches anything; in place it may', async () => {
    const name = uniqueName('owned');
    const file = join(await tempDir(), 'dump.sql');
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, 'CREATE TABLE t (x INT); INSERT INTO t VALUES (1);');
      const before = await picture(lab, name);
      const meta = await dumpByHand(lab.hook(), { ...lab.connection, name }, file);
      await sql(lab, name, 'DELETE FROM t');
      await withAccount(lab, [`ALL ON ${name}.*`], async (account) => {
        const entry = { ...lab.connection, ...account, name };
        await expect(restoreByHand(lab.hook(), name, entry, file, meta)).rejects.toMatchObject({
          code: 'PERMISSION_MISSING',
          message: expect.stringMatching(/CREATE.* on dumpstream_\w+_new\.\*/),
        });
        expect(await sql(lab, name, 'SELECT COUNT(*) FROM t')).toBe('0');
        await restoreByHand(lab.hook(), name, entry, file, meta, { strategy: 'in-place' });
        expect(await picture(lab, name)).toBe(before);
      });
      await sql(lab, name, 'DELETE FROM t');
      const beside = [`ALL ON ${name}.*`, 'ALL ON `dumpstream\\_%`.*'];
      await withAccount(lab, beside, async (account) => {
        const restored = restoreByHand(lab.hook(), name, { ...lab.connection, ...account, name }, file, meta);
        await expect(restored).rejects.toMatchObject({
          code: 'PERMISSION_MISSING',
          message: expect.stringContaining('PROCESS on *.*, to see foreign keys of other databases'),
        });
      });
      await withAccount(lab, [...beside, 'PROCESS ON *.*'], async (account) => {
        await restoreByHand(lab.hook(), name, { ...lab.connection, ...account, name }, file, meta);
        expect(await picture(lab, name)).toBe(before);
      });
    });
  });
});
