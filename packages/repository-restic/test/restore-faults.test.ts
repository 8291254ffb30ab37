import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backup, type Config, check, parseConfig, restore } from '@dumpstream/core';
import { mariadb as mariadbHook } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { expect, test } from '@jest/globals';
import { entryOf, mariadb, psql, servers, tempDir, uniqueName } from '../../../test/support/servers.ts';
import { restic } from '../src/index.ts';
import { pidsOf } from './support/bench.ts';
import { makeQuickRepository, passphrase } from './support/quick-repository.ts';
import { onDisk } from './support/servers.ts';

interface Bench {
  readonly config: Config;
  readonly repository: string;
  readonly pg: string;
  readonly maria: string;
}

/** A database of each family, in an archive, and changed since. */
async function withChangedDatabases(work: (bench: Bench) => Promise<void>): Promise<void> {
  const [pg, maria] = [uniqueName('faults_pg'), uniqueName('faults_my')];
  const directory = await tempDir();
  const repository = join(directory, 'repository');
  const plain = {
    repositories: [{ path: repository, engine: 'restic', environment: { RESTIC_CACHE_DIR: join(directory, 'cache') } }],
    borgmatic_source_directory: join(directory, 'runs'),
    encryption_passphrase: passphrase,
    postgresql_databases: [{ name: pg, ...entryOf(servers.postgres) }],
    mariadb_databases: [{ name: maria, ...entryOf(servers.mariadb) }],
  };
  const config = parseConfig(plain, { hooks: [postgresql(), mariadbHook()], repositories: [restic()] });
  await psql('postgres', `create database ${pg}`);
  await mariadb('', `create database ${maria}`);
  try {
    await psql(pg, 'create table t as select n, md5(n::text) as h from generate_series(1, 200000) n');
    await mariadb(maria, 'create table t as select seq as n, md5(seq) as h from seq_1_to_200000');
    await makeQuickRepository(onDisk(repository));
    await backup(config);
    await psql(pg, 'insert into t values (0)');
    await mariadb(maria, 'insert into t (n) values (0)');
    await work({ config, repository, pg, maria });
    expect(await psql(pg, 'select count(*) from t')).toBe('200001');
    expect(await mariadb(maria, 'select count(*) from t')).toBe('200001');
  } finally {
    await psql('postgres', `drop database if exists ${pg} with (force)`);
    await mariadb('', `drop database if exists ${maria}`);
  }
}

test('when restic is killed half-way through a restore, the live databases stay what they were', async () => {
  await withChangedDatabases(async ({ config, repository, pg }) => {
    let killed = 0;
    const failure = await restore(config, {
      archive: 'latest',
      databases: [pg],
      onEvent: ({ type }) => {
        if (type !== 'database-start') return;
        const timer = setInterval(() => {
          for (const pid of pidsOf(repository, ` /${pg}`)) {
            process.kill(pid, 'SIGKILL');
            killed++;
          }
          if (killed > 0) clearInterval(timer);
        }, 5);
        timer.unref();
      },
    }).catch((error: unknown) => error);
    expect(killed).toBe(1);
    expect(failure).toMatchObject({
      code: 'REPOSITORY_FAILED',
      repository,
      database: { name: pg },
      message: expect.stringContaining('SIGKILL'),
      report: { databases: [{ status: 'failed' }] },
    });
  });
});

test('a dump of which bytes have changed in the repository is not restored, and check finds it', async () => {
  await withChangedDatabases(async ({ config, repository }) => {
    for (const file of readdirSync(join(repository, 'data'), { recursive: true, withFileTypes: true })) {
      const path = join(file.parentPath, file.name);
      if (!file.isFile() || statSync(path).size < 500_000) continue;
      const bytes = readFileSync(path);
      for (let at = 1000; at < bytes.length - 100_000; at += 100_000) bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      writeFileSync(path, bytes);
    }
    await expect(restore(config, { archive: 'latest' })).rejects.toMatchObject({
      code: 'REPOSITORY_FAILED',
      report: { databases: [{ status: 'failed' }, { status: 'failed' }] },
    });
    await expect(check(config, { verifyData: true })).rejects.toMatchObject({
      code: 'REPOSITORY_FAILED',
      report: {
        repositories: [
          {
            problems: expect.arrayContaining([
              expect.stringMatching(/^Pack ID does not match|^pack \w+ contains \d+ errors/),
            ]),
          },
        ],
      },
    });
  });
}, 120_000);
