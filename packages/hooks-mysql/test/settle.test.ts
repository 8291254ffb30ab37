import type { DatabaseHook, HookContext } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { uniqueName } from '../../../test/support/servers.ts';
import { createMarker, markerTable } from '../src/marker.ts';
import { scratchOf } from '../src/scratch.ts';
import { clearOwn } from '../src/settle.ts';
import { checkByHand } from './support/by-hand.ts';
import { onEachServer, sql } from './support/lab.ts';
import { scratchDatabases, withDatabases } from './support/scratch-database.ts';

onEachServer((lab) => {
  test('a restore that has succeeded clears away what is its own, and nothing that another has begun since', async () => {
    const name = uniqueName('settle');
    const scratch = scratchOf(name, { caseSensitive: (await sql(lab, '', 'SELECT @@lower_case_table_names')) === '0' });
    const entry = { ...lab.connection, name };
    const family = lab.title === 'MariaDB' ? 'mariadb' : 'mysql';
    const client = { file: lab.client, before: [], family, version: '', optionFiles: true, options: [] } as const;
    const clear = (id: string) => {
      const check = async (_: unknown, context: HookContext) => {
        await clearOwn({ client, entry, scratch, galera: false }, markerTable(id), context);
        return {};
      };
      return checkByHand({ ...lab.hook(), check } as DatabaseHook, entry);
    };
    await withDatabases(lab, [scratch.aside, scratch.fresh], async () => {
      await sql(lab, '', `CREATE DATABASE ${scratch.fresh}; ${createMarker(scratch, '0123456789abcdef')}`);

      await clear('fedcba9876543210');
      expect(await scratchDatabases(lab, name)).toHaveLength(2);
      await clear('0123456789abcdef');
      expect(await scratchDatabases(lab, name)).toEqual([]);
    });
  });
});
