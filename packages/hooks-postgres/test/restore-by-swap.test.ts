import { backup, restore } from '@dumpstream/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { psql, uniqueName } from '../../../test/support/servers.ts';
import { bench, catalogue, leftovers, portrait } from './support/bench.ts';
import { dropRich, makeRich } from './support/rich-database.ts';

const roles = { owner: uniqueName('owner'), reader: uniqueName('reader') };
const name = uniqueName('rich');

beforeAll(() => makeRich(name, roles));
afterAll(() => dropRich(roles, name));

describe.each(['custom', 'plain', 'tar'])('a %s dump', (format) => {
  test('brings back all of a database, and keeps what it is besides its content', async () => {
    const { config } = await bench();
    const [before, whole] = [await catalogue(name), await portrait(name)];
    const report = await backup(config({ name, format }));
    expect(report.databases).toMatchObject([{ name, format, status: 'ok' }]);
    await psql(name, 'drop publication if exists news; drop schema if exists app cascade; create table public.extra (x int); select lo_unlink(4711)');

    const restored = await restore(config({ name }), { archive: 'latest' });

    expect(restored.warnings).toEqual([]);
    expect(await portrait(name)).toBe(whole);
    expect(await catalogue(name)).toBe(before);
    expect(await leftovers(name)).toEqual([]);
  });
});
