import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { contenders } from '../../bench/contenders/index.mjs';
import { type Database, makeDatabase } from '../../bench/data/databases.mjs';
import { engines } from '../../bench/engines/index.mjs';
import { measureBackup, measureRestore } from '../../bench/support/measure.mjs';
import { makeSite } from '../../bench/support/site.mjs';
import type { Servers } from '../../scripts/servers/index.mjs';
import { mariadb, psql, servers as running, tempDir, uniqueName } from '../support/servers.ts';

const servers = running as unknown as Servers; // nobody stops them here
let databases: readonly Database[];

beforeAll(async () => {
  databases = [
    await makeDatabase(servers, 'postgresql', uniqueName('bench'), 20_000),
    await makeDatabase(servers, 'mariadb', uniqueName('bench'), 20_000),
  ];
});

afterAll(async () => {
  const [one, other] = databases.map(({ name }) => name);
  await psql('postgres', `drop database ${one}`);
  await mariadb('', `drop database ${other}`);
});

const makeWork = async (engine: (typeof engines)['restic']) => ({
  site: await makeSite({ servers: { scratch: await tempDir() }, engine }),
  servers,
  databases,
});

// borgmatic has its own tests, as what dumpstream is compared with.
const each = Object.values(engines).flatMap((engine) =>
  contenders[engine.name]
    .filter(({ name }) => ['raw', 'dumpstream'].includes(name))
    .map((contender) => ({ engine, contender, title: `${contender.name} with ${engine.name}` })),
);

describe.each(each)('$title', ({ engine, contender }) => {
  test('brings back the databases that it has backed up', async () => {
    const work = await makeWork(engine);
    const { seconds, told } = await measureBackup(contender, work);
    expect(seconds).toBeGreaterThan(told?.callSeconds ?? 0);
    expect(told !== undefined).toBe(contender.name === 'dumpstream');
    await measureRestore(contender, work);
  });
});

test('a restore that does nothing is no figure', async () => {
  const idle = {
    ...(contenders.restic[0] as (typeof contenders.restic)[0]),
    restore: async () => ({ file: 'true', args: [] }),
  };
  await expect(measureRestore(idle, await makeWork(engines.restic))).rejects.toThrow(/raw did not bring bench_/);
});
