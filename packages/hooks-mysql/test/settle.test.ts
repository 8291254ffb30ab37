import type { Command, DatabaseHook, HookContext } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { uniqueName } from '../../../test/support/servers.ts';
import { createMarker, markerTable, markSwitching } from '../src/marker.ts';
import { scratchOf } from '../src/scratch.ts';
import { clearOwn, type Settling, settleLeftovers, undoOwn } from '../src/settle.ts';
import { checkByHand } from './support/by-hand.ts';
import { type Lab, onEachServer, sql } from './support/lab.ts';
import { scratchDatabases, withDatabases } from './support/scratch-database.ts';

const [mine, theirs] = ['0123456789abcdef', 'fedcba9876543210'];

/** The pieces of a restore of one database, driven by hand. */
async function pieces(lab: Lab, name: string) {
  const scratch = scratchOf(name, { caseSensitive: (await sql(lab, '', 'SELECT @@lower_case_table_names')) === '0' });
  const entry = { ...lab.connection, name };
  const family = lab.title === 'MariaDB' ? 'mariadb' : 'mysql';
  const client = { file: lab.client, before: [], family, version: '', optionFiles: true, options: [] } as const;
  const settling: Settling = { client, entry, scratch, galera: false };
  const drive = (
    work: (settling: Settling, context: HookContext) => Promise<unknown>,
    before?: (command: Command) => Promise<unknown>,
  ) => {
    const check = async (_: unknown, context: HookContext) => {
      await work(settling, context);
      return {};
    };
    return checkByHand({ ...lab.hook(), check } as DatabaseHook, entry, before === undefined ? {} : { before });
  };
  /** Another restore begins right before the first command that holds these words. */
  const takeOverBefore = (words: string) => {
    let begun = false;
    return async ({ input = '' }: Command) => {
      if (begun || !input.includes(words)) return;
      begun = true;
      await sql(
        lab,
        '',
        `DROP DATABASE IF EXISTS ${scratch.fresh}; DROP DATABASE IF EXISTS ${scratch.aside};
         CREATE DATABASE ${scratch.aside}; ${createMarker(scratch, theirs)} CREATE DATABASE ${scratch.fresh};`,
      );
    };
  };
  return { scratch, drive, takeOverBefore };
}

onEachServer((lab) => {
  test('a restore that has succeeded clears away what is its own, and nothing that another has begun since', async () => {
    const name = uniqueName('settle');
    const { scratch, drive } = await pieces(lab, name);
    const clear = (id: string) => drive((settling, context) => clearOwn(settling, markerTable(id), context));
    await withDatabases(lab, [scratch.aside, scratch.fresh], async () => {
      await sql(lab, '', `CREATE DATABASE ${scratch.fresh}; ${createMarker(scratch, mine)}`);

      await clear(theirs);
      expect(await scratchDatabases(lab, name)).toHaveLength(2);
      await clear(mine);
      expect(await scratchDatabases(lab, name)).toEqual([]);
    });
  });

  test.each(['undone', 'cleared away after it was killed', 'cleared away before it had a marker'])(
    'while a restore is %s, nothing is dropped that another has begun meanwhile',
    async (how) => {
      const name = uniqueName('settle');
      const { scratch, drive, takeOverBefore } = await pieces(lab, name);
      await withDatabases(lab, [scratch.aside, scratch.fresh], async () => {
        const marker = how.endsWith('marker') ? '' : createMarker(scratch, mine);
        await sql(lab, '', `CREATE DATABASE ${scratch.fresh}; ${marker}`);
        await drive(
          (settling, context) =>
            how === 'undone' ? undoOwn(settling, markerTable(mine), context) : settleLeftovers(settling, context),
          takeOverBefore('DROP DATABASE'),
        );
        expect(await scratchDatabases(lab, name)).toHaveLength(2);
        expect(await sql(lab, scratch.aside, 'SHOW TABLES')).toBe(markerTable(theirs));
      });
    },
  );

  test('what was to be mended is left alone when another restore has mended it meanwhile', async () => {
    const name = uniqueName('settle');
    const { scratch, drive, takeOverBefore } = await pieces(lab, name);
    await withDatabases(lab, [name, scratch.aside, scratch.fresh], async () => {
      const plan = {
        ...{ database: name, created: true, dropped: [], arriving: 1, leftOut: [], grants: '' },
        ...{ defaultsBefore: '', defaultsAfter: '' },
      };
      const switching = markSwitching(scratch, { table: markerTable(mine), plan, before: '', after: '' });
      await sql(
        lab,
        '',
        `CREATE DATABASE ${scratch.aside}; CREATE DATABASE ${scratch.fresh}; CREATE TABLE ${scratch.fresh}.t (x INT);
         ${createMarker(scratch, mine)} ${switching} CREATE TABLE ${name}.kept (x INT);`,
      );
      const settled = drive(settleLeftovers, takeOverBefore('DELIMITER'));
      await expect(settled).rejects.toThrow(markerTable(mine));
      expect(await sql(lab, name, 'SHOW TABLES')).toBe('kept');
      expect(await scratchDatabases(lab, name)).toHaveLength(2);
    });
  });
});
