import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir, uniqueName } from '../../../test/support/servers.ts';
import { checkByHand, dumpByHand, listByHand, restoreByHand, type Traces } from './support/by-hand.ts';
import { type Lab, onEachServer, sql } from './support/lab.ts';
import { withOwnServer } from './support/own-server.ts';
import { withDatabases } from './support/scratch-database.ts';

const newFile = async () => join(await tempDir(), 'globals.sql');
const kind = 'globals';

/** What all accounts and roles are and may do, in the server's words. */
async function everything(lab: Lab, names: readonly string[]): Promise<string> {
  const asHex = lab.title === 'MySQL' ? 'SET SESSION print_identified_with_as_hex = ON;' : '';
  const statements = names.map((name) =>
    lab.title === 'MariaDB' && !name.includes('@')
      ? `SHOW GRANTS FOR ${name};`
      : `SHOW CREATE USER ${name}; SHOW GRANTS FOR ${name};`,
  );
  return sql(lab, '', `${asHex}${statements.join('\n')}`);
}

onEachServer((lab) => {
  test('accounts, roles and grants come back where they are gone; where they exist, nothing is taken away', async () => {
    const [name, app, admin] = [uniqueName('db'), uniqueName('app'), uniqueName('admin')];
    const [reader, writer] = [uniqueName('reader'), uniqueName('writer')];
    const file = await newFile();
    const traces: Traces = { warnings: [], commands: [] };
    const entry = { ...lab.connection, name: 'all' };
    const accounts = [`'${app}'@'10.%'`, `'${admin}'@'%'`, reader, writer] as const;
    const make =
      lab.title === 'MariaDB'
        ? `SET DEFAULT ROLE ${reader} FOR ${accounts[0]};`
        : `ALTER USER ${accounts[0]} DEFAULT ROLE ${reader}, ${writer}; ALTER USER ${accounts[0]} ATTRIBUTE '{"note": "it''s DEFAULT ROLE \`a\`@\`b\`"}';`;
    await withDatabases(lab, [name], async () => {
      await sql(
        lab,
        name,
        `CREATE TABLE t (a INT, \`b\`\`, c\` INT); CREATE PROCEDURE p() SELECT 1; CREATE FUNCTION p() RETURNS INT DETERMINISTIC RETURN 1;
         CREATE VIEW v AS SELECT a FROM t; CREATE ROLE ${reader}; CREATE ROLE ${writer};
         CREATE USER ${accounts[0]} IDENTIFIED BY 'it''s\\\\secret' REQUIRE SSL WITH MAX_USER_CONNECTIONS 3 ACCOUNT LOCK;
         CREATE USER ${accounts[1]} IDENTIFIED BY 'other';
         GRANT ${writer} TO ${reader}; GRANT ${reader} TO ${accounts[0]} WITH ADMIN OPTION; GRANT ${writer} TO ${accounts[0]};
         GRANT SELECT, PROCESS ON *.* TO ${accounts[0]} WITH GRANT OPTION; GRANT ALL ON \`${name}\`.* TO ${accounts[1]} WITH GRANT OPTION;
         GRANT SELECT ON \`other\\_%\`.* TO ${reader}; GRANT SELECT ON ${name}.v TO ${reader};
         GRANT SELECT (a), UPDATE (a, \`b\`\`, c\`), DELETE ON ${name}.t TO ${accounts[0]} WITH GRANT OPTION;
         GRANT EXECUTE ON PROCEDURE ${name}.p TO ${writer}; GRANT ALTER ROUTINE ON FUNCTION ${name}.p TO ${writer};
         ${make}`,
      );
      try {
        const before = await everything(lab, accounts);
        await checkByHand(lab.hook(), entry, { kind });
        const meta = await dumpByHand(lab.hook(), entry, file, { kind });
        expect(meta).toMatchObject({ format: 'sql', serverFamily: lab.title.toLowerCase() });

        await sql(lab, '', `DROP USER ${accounts[0]}; DROP ROLE ${reader};`);
        await sql(
          lab,
          '',
          `REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${accounts[1]}; SET PASSWORD FOR ${accounts[1]} = ${lab.title === 'MariaDB' ? "PASSWORD('new')" : "'new'"};`,
        );
        const own = await everything(lab, [accounts[1]]);
        await restoreByHand(lab.hook(), 'all', entry, file, meta, { kind, traces });

        const after = await everything(lab, accounts);
        const kept = (own.split('\n')[0] ?? '').replace(/^GRANT .*/, '');
        expect(kept).toMatch(/^CREATE USER/);
        expect(after.split('\n')).toContain(kept);
        const login = /^(CREATE USER `admin_.*|GRANT USAGE ON \*\.\* TO `admin_.*)$/gm;
        expect(after.replaceAll(login, '')).toBe(before.replaceAll(login, ''));
        expect(traces.warnings.join()).toMatch(new RegExp(`existed already.*\`${admin}\`@\`%\``));
        expect(traces.warnings.join()).not.toContain(app);
      } finally {
        await sql(
          lab,
          '',
          `DROP USER IF EXISTS ${accounts[0]}, ${accounts[1]}; DROP ROLE IF EXISTS ${reader}, ${writer};`,
        );
      }
    });
  });

  test('an account that may not read accounts is told what it lacks, before anything is dumped', async () => {
    const [user, name] = [uniqueName('few'), uniqueName('db')];
    await withDatabases(lab, [name], async () => {
      await sql(lab, '', `CREATE USER ${user} IDENTIFIED BY 'x'; GRANT ALL ON ${name}.* TO ${user};`);
      try {
        const entry = { ...lab.connection, username: user, password: 'x', name: 'all' };
        await expect(checkByHand(lab.hook(), entry, { kind })).rejects.toMatchObject({
          code: 'PERMISSION_MISSING',
          message: expect.stringMatching(/SELECT on mysql\.\*/),
        });
      } finally {
        await sql(lab, '', `DROP USER ${user}`);
      }
    });
  });

  test('`all` is accounts first, then every database but those of the server, those that are skipped, and those that cannot be read', async () => {
    const [one, two, three, user] = [
      uniqueName('list_one'),
      uniqueName('list_two'),
      uniqueName('x'),
      uniqueName('user'),
    ];
    const traces: Traces = { warnings: [], commands: [] };
    const leftover = `dumpstream_${'0'.repeat(24)}${one.slice(-8)}_old`;
    await withDatabases(lab, [one, two, three, leftover], async () => {
      await sql(lab, '', `CREATE DATABASE ${two}; CREATE DATABASE ${three}; CREATE DATABASE ${leftover};`);
      const all = await listByHand(
        lab.hook(),
        { ...lab.connection, name: 'all', skip_names: ['list_t*', 'y'] },
        { traces },
      );
      expect(all[0]).toEqual({ name: 'all', kind: 'globals' });
      const names = all.slice(1).map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining([one, three]));
      for (const absent of [two, leftover, 'mysql', 'sys', 'information_schema', 'performance_schema']) {
        expect(names).not.toContain(absent);
      }
      await sql(
        lab,
        '',
        `CREATE USER ${user} IDENTIFIED BY 'x'; GRANT SHOW DATABASES ON *.* TO ${user}; GRANT SELECT ON \`${three.replaceAll('_', '\\_')}\`.* TO ${user};`,
      );
      try {
        const entry = { ...lab.connection, username: user, password: 'x', name: 'all', skip_names: [two] };
        const few = await listByHand(lab.hook(), entry, { traces });
        expect(few.map(({ name }) => name)).toEqual(['all', three]);
        expect(traces.warnings).toEqual([expect.stringMatching(new RegExp(`may not read .*${one}`))]);
        expect(traces.warnings.join()).not.toContain(two);
      } finally {
        await sql(lab, '', `DROP USER ${user}`);
      }
    });
  });
});

test('on a fresh server, everything of another comes into being: accounts first, with what they may do on tables later', async () => {
  await withOwnServer([], async (from) => {
    await sql(
      from,
      '',
      `CREATE USER \`o'wn\`\`er\`@localhost IDENTIFIED VIA unix_socket; CREATE USER ''@'%'; CREATE USER nobody@host.example;
      CREATE DATABASE shop; GRANT ALL ON shop.* TO \`o'wn\`\`er\`@localhost; GRANT PROXY ON nobody@'%' TO root@'%' WITH GRANT OPTION;`,
    ).catch(() => {});
    const file = await newFile();
    const meta = await dumpByHand(from.hook(), { ...from.connection, name: 'all' }, file, { kind });
    expect(await readFile(file, 'utf8')).not.toContain('own secret');
    await withOwnServer([], async (to) => {
      const traces: Traces = { warnings: [], commands: [] };
      await restoreByHand(to.hook(), 'all', { ...to.connection, name: 'all' }, file, meta, { kind, traces });
      expect(await sql(to, '', 'SELECT user, host FROM mysql.user')).toBe(
        await sql(from, '', 'SELECT user, host FROM mysql.user'),
      );
    });
  });
});
