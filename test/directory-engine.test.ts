import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backup, initRepository, parseConfig, restore } from '@dumpstream/core';
import { mariadb as mariadbHook } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { expect, test } from '@jest/globals';
import { entryOf, mariadb, psql, servers, tempDir, uniqueName } from './support/servers.ts';

async function withDatabases(work: (names: { pg: string; maria: string }) => Promise<void>): Promise<void> {
  const [pg, maria] = [uniqueName('plain_pg'), uniqueName('plain_my')];
  await psql('postgres', `create database ${pg}`);
  await psql(pg, "create table things as select n, 'thing ' || n as thing from generate_series(1, 20000) n");
  await mariadb(
    '',
    `create database ${maria}; use ${maria}; create table things as select seq as n from seq_1_to_20000`,
  );
  try {
    await work({ pg, maria });
  } finally {
    await psql('postgres', `drop database if exists ${pg} with (force)`);
    await mariadb('', `drop database if exists ${maria}`);
  }
}

test.each(['custom', 'directory', 'plain'])(
  'a directory repository stores and restores databases of both families, PostgreSQL in the format %s',
  async (format) => {
    await withDatabases(async ({ pg, maria }) => {
      const directory = await tempDir();
      const plain = {
        repositories: [{ path: join(directory, 'repository'), engine: 'directory' }],
        borgmatic_source_directory: join(directory, 'runs'),
        postgresql_databases: [{ name: pg, format, ...entryOf(servers.postgres) }],
        mariadb_databases: [{ name: maria, ...entryOf(servers.mariadb) }],
      };
      const config = parseConfig(plain, { hooks: [postgresql(), mariadbHook()] });
      await initRepository(config);
      const { databases } = await backup(config);
      expect(databases).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
      await psql(pg, 'delete from things');
      await mariadb('', `drop database ${maria}`);

      await restore(config, { archive: 'latest' });

      expect(await psql(pg, 'select count(*), max(thing) from things')).toBe('20000|thing 9999');
      expect(await mariadb(maria, 'select count(*), sum(n) from things')).toBe('20000\t200010000');
      expect(readdirSync(join(directory, 'runs'))).toEqual([]);
    });
  },
);

test('a dump whose file has changed leaves the live databases as they are', async () => {
  await withDatabases(async ({ pg, maria }) => {
    const directory = await tempDir();
    const repository = join(directory, 'repository');
    const plain = {
      repositories: [{ path: repository, engine: 'directory', compression: 'none' }],
      borgmatic_source_directory: join(directory, 'runs'),
      postgresql_databases: [{ name: pg, ...entryOf(servers.postgres) }],
      mariadb_databases: [{ name: maria, ...entryOf(servers.mariadb) }],
    };
    const config = parseConfig(plain, { hooks: [postgresql(), mariadbHook()] });
    await initRepository(config);
    await backup(config);
    for (const name of readdirSync(repository, { recursive: true }).map(String)) {
      if (!name.endsWith(pg) && !name.endsWith(maria)) continue;
      const bytes = readFileSync(join(repository, name));
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 2) ^ 1, bytes.length - 2); // of what comes last
      writeFileSync(join(repository, name), bytes);
    }
    await psql(pg, 'insert into things values (0)');
    await mariadb('', `insert into ${maria}.things values (0)`);

    await expect(restore(config, { archive: 'latest' })).rejects.toMatchObject({
      code: 'REPOSITORY_FAILED',
      report: { databases: [{ status: 'failed' }, { status: 'failed' }] },
    });

    expect(await psql(pg, 'select count(*) from things')).toBe('20001');
    expect(await mariadb(maria, 'select count(*) from things')).toBe('20001');
  });
});
