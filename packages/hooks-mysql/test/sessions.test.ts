import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir, uniqueName } from '../../../test/support/servers.ts';
import { dumpByHand, restoreByHand } from './support/by-hand.ts';
import { until, withHeldTable } from './support/held-table.ts';
import { type Lab, onEachServer, sql } from './support/lab.ts';
import { scratchDatabases, withDatabases } from './support/scratch-database.ts';

/** Sessions that have the database as their default, by what they are doing. */
function sessionsIn(lab: Lab, database: string): Promise<string> {
  return sql(lab, '', `SELECT id, info FROM information_schema.processlist WHERE db = '${database}'`);
}

onEachServer((lab) => {
  test('a dump that is aborted while it waits for a table leaves no session', async () => {
    const name = uniqueName('locked');
    const file = join(await tempDir(), 'dump.sql');
    const controller = new AbortController();
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, 'CREATE TABLE t (x INT); INSERT INTO t VALUES (1);');
      await withHeldTable(lab, `${name}.t`, async () => {
        const dumped = dumpByHand(lab.hook(), { ...lab.connection, name }, file, { signal: controller.signal });
        await until(async () => (await sessionsIn(lab, name)).includes('dumpstream-'));
        controller.abort(new Error('enough'));
        await expect(dumped).rejects.toThrow('enough');
        expect(await sessionsIn(lab, name)).toBe('');
      });
    });
  });

  test.each(['swap', 'in-place'] as const)(
    'a restore by %s that is aborted while the server works on a statement leaves no session',
    async (strategy) => {
      const name = uniqueName('working');
      const file = join(await tempDir(), 'dump.sql');
      const controller = new AbortController();
      const working = () =>
        sql(lab, '', `SELECT id FROM information_schema.processlist WHERE info LIKE 'INSERT%${name}%'`);
      await withDatabases(lab, [name], async () => {
        const tables = `CREATE TABLE t (x INT);\nINSERT INTO t SELECT SLEEP(600) -- ${name}\n;\nCREATE TABLE u (x INT);\n`;
        await writeFile(file, tables);
        await sql(lab, name, 'CREATE TABLE kept (x INT)');
        const options = { signal: controller.signal, strategy };
        const meta = { format: 'sql', definitionsBytes: '0' };
        const restored = restoreByHand(lab.hook(), name, { ...lab.connection, name }, file, meta, options);
        await until(async () => (await working()) !== '');
        controller.abort(new Error('enough'));
        await expect(restored).rejects.toThrow('enough');
        expect(await working()).toBe('');
        expect(await sql(lab, name, 'SHOW TABLES')).toBe(strategy === 'swap' ? 'kept' : 't');
        expect(await scratchDatabases(lab, name)).toEqual([]);
      });
    },
  );
});
