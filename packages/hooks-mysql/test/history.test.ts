import { expect, test } from '@jest/globals';
import { uniqueName } from '../../../test/support/servers.ts';
import { checkByHand } from './support/by-hand.ts';
import { mariadbLab as lab, sql } from './support/lab.ts';
import { withDatabases } from './support/scratch-database.ts';

test('tables whose history cannot be dumped are named in a warning', async () => {
  const name = uniqueName('history');
  await withDatabases(lab, [name], async () => {
    await sql(lab, name, 'CREATE TABLE by_time (x INT) WITH SYSTEM VERSIONING;');
    expect(await checkByHand(lab.hook(), { ...lab.connection, name })).toMatchObject({ warnings: [] });
    await sql(
      lab,
      name,
      `CREATE TABLE by_transaction (
         x INT, s BIGINT UNSIGNED GENERATED ALWAYS AS ROW START, e BIGINT UNSIGNED GENERATED ALWAYS AS ROW END,
         PERIOD FOR SYSTEM_TIME (s, e)) WITH SYSTEM VERSIONING;`,
    );
    expect(await checkByHand(lab.hook(), { ...lab.connection, name })).toMatchObject({
      warnings: [expect.stringMatching(/history.*by_time, by_transaction/)],
    });
  });
});
