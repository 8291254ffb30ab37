import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir, uniqueName } from '../../../test/support/servers.ts';
import { dumpByHand, restoreByHand } from './support/by-hand.ts';
import { onEachServer, sql } from './support/lab.ts';
import { withDatabases } from './support/scratch-database.ts';

onEachServer((lab) => {
  test('with add_drop_database: false a restore in place keeps what the dump does not have, and a swap is refused', async () => {
    const name = uniqueName('kept');
    const entry = { ...lab.connection, name, add_drop_database: false };
    const file = join(await tempDir(), 'dump');
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, 'CREATE TABLE a (n INT); INSERT INTO a VALUES (1)');
      const meta = await dumpByHand(lab.hook(), entry, file);
      await sql(lab, name, 'UPDATE a SET n = 2; CREATE TABLE b (n INT); INSERT INTO b VALUES (3)');
      const restored = (strategy: 'swap' | 'in-place', more = {}) =>
        restoreByHand(lab.hook(), name, { ...entry, ...more }, file, meta, { strategy });

      await expect(restored('swap')).rejects.toMatchObject({
        code: 'RESTORE_FAILED',
        message: expect.stringContaining('add_drop_database'),
      });
      expect(await sql(lab, name, 'SELECT n FROM a')).toBe('2');
      await restored('in-place');
      expect(await sql(lab, name, 'SELECT n FROM a UNION ALL SELECT n FROM b')).toBe('1\n3');
      await restored('in-place', { add_drop_database: true });
      expect(await sql(lab, name, 'SHOW TABLES')).toBe('a');
    });
  });
});
