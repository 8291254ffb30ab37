import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { backup, check, initRepository, listArchives, parseConfig, restore } from '@dumpstream/core';
import { mariadb as mariadbHook } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { expect, test } from '@jest/globals';
import { entryOf, mariadb, psql, servers, tempDir, uniqueName } from '../../../test/support/servers.ts';
import { restic } from '../src/index.ts';
import { passphrase } from './support/quick-repository.ts';
import { onDisk, type Place, useRest, useS3 } from './support/servers.ts';

const s3 = useS3();
const rest = useRest();

const places: Readonly<Record<string, () => Promise<Place>>> = {
  'a disk': async () => onDisk(join(await tempDir(), 'repository')),
  S3: async () => s3.place(),
  'a REST server': async () => rest.place(),
};

test.each([
  ['a disk', 'directory'],
  ['S3', 'custom'],
  ['a REST server', 'plain'],
])(
  'databases of both families go to %s and come back, PostgreSQL in the format %s',
  async (where, format) => {
    const { path, environment } = await (places[where] as () => Promise<Place>)();
    const [pg, maria] = [uniqueName('restic_pg'), uniqueName('restic_my')];
    const directory = await tempDir();
    const plain = {
      repositories: [
        { path, engine: 'restic', environment: { ...environment, RESTIC_CACHE_DIR: join(directory, 'cache') } },
      ],
      borgmatic_source_directory: join(directory, 'runs'),
      encryption_passphrase: passphrase,
      postgresql_databases: [{ name: pg, format, ...entryOf(servers.postgres) }],
      mariadb_databases: [{ name: maria, ...entryOf(servers.mariadb) }],
    };
    const config = parseConfig(plain, { hooks: [postgresql(), mariadbHook()], repositories: [restic()] });
    await psql('postgres', `create database ${pg}`);
    await mariadb('', `create database ${maria}`);
    try {
      await psql(pg, "create table things as select n, 'thing ' || n as thing from generate_series(1, 20000) n");
      await mariadb(maria, 'create table things as select seq as n from seq_1_to_20000');
      await initRepository(config);

      const { databases, repositories } = await backup(config);

      expect(databases).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
      expect(databases.every(({ bytes }) => bytes > 100_000)).toBe(true);
      expect(repositories).toMatchObject([{ status: 'ok', repository: path }]);
      expect(await listArchives(config, { verify: true })).toMatchObject([
        { status: 'complete', databases: [{ name: pg }, { name: maria }] },
      ]);
      await psql(pg, 'delete from things');
      await mariadb('', `drop database ${maria}`);

      await restore(config, { archive: 'latest' });

      expect(await psql(pg, 'select count(*), max(thing) from things')).toBe('20000|thing 9999');
      expect(await mariadb(maria, 'select count(*), sum(n) from things')).toBe('20000\t200010000');
      expect(await check(config, { verifyData: true })).toMatchObject({
        repositories: [{ status: 'ok', problems: [] }],
      });
      expect(readdirSync(join(directory, 'runs'))).toEqual([]);
    } finally {
      await psql('postgres', `drop database if exists ${pg} with (force)`);
      await mariadb('', `drop database if exists ${maria}`);
    }
  },
  180_000,
);
