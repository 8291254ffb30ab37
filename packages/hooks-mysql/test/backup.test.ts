import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, type DatabaseHook, initRepository, listArchives, parseConfig, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { tempDir, uniqueName } from '../../../test/support/servers.ts';
import { dumpByHand } from './support/by-hand.ts';
import { withHeldTable } from './support/held-table.ts';
import { type Lab, onEachServer, picture, sql } from './support/lab.ts';
import { rich } from './support/rich.ts';
import { withDatabases } from './support/scratch-database.ts';

async function configure(lab: Lab, hook: DatabaseHook, databases: readonly object[]) {
  const directory = await tempDir();
  const config = parseConfig(
    {
      repositories: [join(directory, 'repository')],
      encryption_passphrase: 'correct horse',
      [hook.name]: databases.map((database) => ({ ...lab.connection, ...database })),
    },
    { hooks: [hook] },
  );
  await initRepository(config, { encryption: 'repokey-blake2' });
  return { config, directory };
}

onEachServer((lab) => {
  test('databases go into an archive and come back out of it, and every byte is counted', async () => {
    const [one, two] = [uniqueName('one'), uniqueName('two')];
    const { config, directory } = await configure(lab, lab.hook(), [{ name: one }, { name: two }]);
    await withDatabases(lab, [one, two], async () => {
      await sql(lab, '', `CREATE DATABASE IF NOT EXISTS ${two}`);
      await sql(lab, one, rich(lab, one));
      const before = await picture(lab, one);

      const report = await backup(config);

      expect(report.warnings.join()).toContain('articles (MyISAM)');
      await dumpByHand(lab.hook(), { ...lab.connection, name: one }, join(directory, 'by-hand'));
      expect(report.databases).toMatchObject([
        { name: one, format: 'sql', bytes: (await readFile(join(directory, 'by-hand'))).length },
        { name: two },
      ]);
      expect(await listArchives(config)).toMatchObject([
        { status: 'complete', databases: [{ name: one }, { name: two }] },
      ]);

      await sql(lab, '', `DROP DATABASE ${two}`);
      await sql(lab, one, 'DROP VIEW z_simple; DELETE FROM parents;');
      const restored = await restore(config, { archive: 'latest' });

      expect(restored.databases.map(({ status }) => status)).toEqual(['ok', 'ok']);
      expect(restored.warnings).toEqual([]);
      expect(await picture(lab, one)).toBe(before);
      expect(await sql(lab, two, 'SHOW TABLES')).toBe('');
    });
  });

  test('restored under another name, it stands beside the one that it was', async () => {
    const [name, other] = [uniqueName('live'), uniqueName('copy')];
    const { config } = await configure(lab, lab.hook(), [{ name }]);
    await withDatabases(lab, [name, other], async () => {
      await sql(lab, name, rich(lab, name));
      const archived = await picture(lab, name);
      await backup(config);
      await sql(lab, name, 'DELETE FROM parts;');
      const live = await picture(lab, name);

      await restore(config, { archive: 'latest', to: { name: other } });

      expect(await picture(lab, other)).toBe(archived);
      expect(await picture(lab, name)).toBe(live);
    });
  });

  test('a backup that is aborted in the middle of a dump leaves no archive and no session', async () => {
    const name = uniqueName('half');
    const { config } = await configure(lab, lab.hook(), [{ name }]);
    const controller = new AbortController();
    await withDatabases(lab, [name], async () => {
      await sql(
        lab,
        name,
        `CREATE TABLE a (x LONGTEXT); INSERT INTO a VALUES (REPEAT('x', 4000000)); CREATE TABLE z (x INT);`,
      );
      await withHeldTable(lab, `${name}.z`, async () => {
        const aborted = backup(config, {
          signal: controller.signal,
          onEvent: (event) => {
            if (event.type === 'database-progress' && event.bytes > 4_000_000) controller.abort(new Error('enough'));
          },
        });
        await expect(aborted).rejects.toMatchObject({ code: 'ABORTED', cause: new Error('enough') });
        expect(await listArchives(config)).toEqual([]);
        expect(await sql(lab, '', `SELECT info FROM information_schema.processlist WHERE db = '${name}'`)).toBe('');
      });
    });
  });
});
