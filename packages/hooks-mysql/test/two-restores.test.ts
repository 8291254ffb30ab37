import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { tempDir, uniqueName } from '../../../test/support/servers.ts';
import { createMarker } from '../src/marker.ts';
import { scratchOf } from '../src/scratch.ts';
import { restoreByHand } from './support/by-hand.ts';
import { until } from './support/held-table.ts';
import { onEachServer, sql } from './support/lab.ts';
import { scratchDatabases, withDatabases } from './support/scratch-database.ts';

/** Does something once, right before the first command of some kind, or the one after it. */
function once(is: (command: Command) => boolean, work: () => Promise<unknown>, which: 'at' | 'after' = 'at') {
  let state: 'early' | 'seen' | 'done' = 'early';
  return async (command: Command) => {
    const seen = state === 'seen';
    if (state === 'early' && is(command)) state = 'seen';
    if (state !== 'seen' || (which === 'after' && !seen)) return;
    state = 'done';
    await work();
  };
}

onEachServer((lab) => {
  const dump = 'CREATE TABLE t (x INT);\nINSERT INTO t VALUES (1);\n';
  const newDump = async () => {
    const file = join(await tempDir(), 'dump.sql');
    await writeFile(file, dump);
    return file;
  };

  test.each([
    ['before the dump is loaded', 'at', { definitionsBytes: '0' }],
    ['before the dump of another tool is loaded', 'at', {}],
    ['after the dump is loaded', 'after', { definitionsBytes: '0' }],
    ['after the dump of another tool is loaded', 'after', {}],
  ] as const)(
    'a restore that another takes over from %s fails, and leaves what is there alone',
    async (_, which, part) => {
      const name = uniqueName('taken');
      const file = await newDump();
      const scratch = scratchOf(name, { caseSensitive: true });
      const { fresh, aside } = scratch;
      await withDatabases(lab, [name, fresh, aside], async () => {
        await sql(lab, name, 'CREATE TABLE kept (x INT)');
        const takeOver = () =>
          sql(
            lab,
            '',
            `DROP DATABASE ${fresh}; DROP DATABASE ${aside}; CREATE DATABASE ${aside};
           ${createMarker(scratch, 'fedcba9876543210')} CREATE DATABASE ${fresh};
           CREATE TABLE ${fresh}.theirs (x INT); CREATE TRIGGER ${fresh}.g BEFORE INSERT ON ${fresh}.theirs FOR EACH ROW SET @a = 1;`,
          );
        const before = once(({ args }) => args.includes(`--database=${fresh}`), takeOver, which);
        const meta = { format: 'sql', ...part };
        const restored = restoreByHand(lab.hook(), name, { ...lab.connection, name }, file, meta, { before });
        await expect(restored).rejects.toMatchObject({
          code: 'RESTORE_FAILED',
          message: expect.stringMatching(/dumpstream_[0-9a-f]{16}'/),
        });
        expect(await sql(lab, name, 'SHOW TABLES')).toBe('kept');
        expect(await sql(lab, fresh, 'SHOW TABLES')).toBe('theirs');
        const triggers = `SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = '${fresh}'`;
        expect(await sql(lab, '', triggers)).toBe('g');
        expect(await sql(lab, aside, 'SHOW TABLES')).toBe('dumpstream_fedcba9876543210');
      });
    },
  );

  test('a restore whose loaded tables another has begun to clear away does not empty the database', async () => {
    const name = uniqueName('taken');
    const file = await newDump();
    const { fresh } = scratchOf(name, { caseSensitive: true });
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, 'CREATE TABLE kept (x INT)');
      const isLoad = ({ args }: Command) => args.includes(`--database=${fresh}`);
      const before = once(isLoad, () => sql(lab, '', `DROP DATABASE ${fresh}`), 'after');
      const meta = { format: 'sql', definitionsBytes: '0' };
      await expect(
        restoreByHand(lab.hook(), name, { ...lab.connection, name }, file, meta, { before }),
      ).rejects.toMatchObject({ code: 'RESTORE_FAILED', hint: expect.stringContaining('another restore') });
      expect(await sql(lab, name, 'SHOW TABLES')).toBe('kept');
      expect(await scratchDatabases(lab, name)).toEqual([]);
    });
  });

  test('a database that somebody else makes while it is restored where there was none stays', async () => {
    const name = uniqueName('made');
    const file = await newDump();
    await withDatabases(lab, [name], async () => {
      await sql(lab, '', `DROP DATABASE ${name}`);
      const make = () => sql(lab, '', `CREATE DATABASE ${name}; CREATE TABLE ${name}.theirs (x INT);`);
      const before = once(({ input = '' }) => input.startsWith(`CREATE DATABASE \`${name}\``), make);
      const meta = { format: 'sql', namesSequences: '1' };
      await expect(
        restoreByHand(lab.hook(), name, { ...lab.connection, name }, file, meta, { before }),
      ).rejects.toThrow(/1007/);
      expect(await sql(lab, name, 'SHOW TABLES')).toBe('theirs');
    });
  });

  test('a database that could not be filled where there was none is gone again', async () => {
    const name = uniqueName('made');
    const file = join(await tempDir(), 'dump.sql');
    await writeFile(file, `${dump}not SQL;\n`);
    await withDatabases(lab, [name], async () => {
      await sql(lab, '', `DROP DATABASE ${name}`);
      const meta = { format: 'sql', namesSequences: '1' };
      await expect(restoreByHand(lab.hook(), name, { ...lab.connection, name }, file, meta)).rejects.toThrow(/syntax/);
      expect(await sql(lab, '', `SHOW DATABASES LIKE '${name}'`)).toBe('');
    });
  });

  test('a restore in place changes nothing while another session restores the database', async () => {
    const name = uniqueName('locked');
    const file = await newDump();
    const { lock } = scratchOf(name, { caseSensitive: true });
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, 'CREATE TABLE kept (x INT)');
      let holder = Promise.resolve('');
      const hold = async () => {
        holder = sql(lab, '', `DO GET_LOCK('${lock}', 10); DO SLEEP(600);`).catch(() => 'killed');
        await until(async () => (await sql(lab, '', `SELECT IS_USED_LOCK('${lock}') IS NULL`)) === '0');
      };
      // What is left of others has been looked at by then.
      const before = once(({ input = '' }) => input.includes('DROP TABLE IF EXISTS'), hold);
      const options = { before, strategy: 'in-place' } as const;
      await expect(
        restoreByHand(lab.hook(), name, { ...lab.connection, name }, file, { format: 'sql' }, options),
      ).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
      await sql(lab, '', `KILL ${await sql(lab, '', `SELECT IS_USED_LOCK('${lock}')`)}`);
      await holder;
      expect(await sql(lab, name, 'SHOW TABLES')).toBe('kept');
    });
  });
});
