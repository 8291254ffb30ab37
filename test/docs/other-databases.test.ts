import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { backup, type Config, initRepository, listArchives, loadConfig } from '@dumpstream/core';
import { postgresql } from '@dumpstream/hooks-postgres';
import { beforeAll, expect, test } from '@jest/globals';
import { blocksOf, filledIn } from '../support/guides.ts';
import { psql, servers, tempDir, uniqueName } from '../support/servers.ts';
import { testProgram } from '../support/unpacked.ts';

const database = uniqueName('users');

/** Runs a program to its end, and gives what it prints. */
async function run(file: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)(file, args, { env: process.env })).stdout.trim();
}

beforeAll(async () => {
  const directory = await tempDir();
  await writeFile(join(directory, 'sqlite3'), `#!/bin/sh\nexec ${testProgram('sqlite3').join(' ')} "$@"\n`);
  await chmod(join(directory, 'sqlite3'), 0o755);
  const { host, port, user, password } = servers.postgres;
  Object.assign(process.env, {
    PATH: [directory, process.env.PATH].join(delimiter),
    ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password },
  });
});

interface Shop {
  readonly directory: string;
  /** The SQLite file. */
  readonly file: string;
  readonly dumps: string;
  readonly config: Config;
  readonly places: Record<string, string>;
}

async function shop(): Promise<Shop> {
  const directory = await tempDir();
  await mkdir(join(directory, 'shop'));
  const file = join(directory, 'shop', 'shop.db');
  await run('sqlite3', file, "create table things (name text); insert into things values ('Zoë ''😀'''), (null);");
  const dumps = join(directory, 'dumps');
  const places = { '/var/backups/databases.borg': join(directory, 'databases.borg') };
  const [yaml = ''] = await blocksOf('other-databases.md', 'yaml');
  const configured = filledIn(yaml, { ...places, '/var/backups/dumps': dumps, '/srv/shop': join(directory, 'shop') });
  await writeFile(join(directory, 'backup.yaml'), configured.replace('name: users', `name: ${database}`));
  const config = await loadConfig(join(directory, 'backup.yaml'), { hooks: [postgresql()] });
  await initRepository(config, { encryption: 'repokey-blake2' });
  return { directory, file, dumps, config, places };
}

test("the guide's commands dump a database that has no hook, and its commands bring it back", async () => {
  const { directory, file, dumps, config, places } = await shop();
  await psql('postgres', `create database ${database}`);
  try {
    const { repositories } = await backup(config);
    expect(existsSync(dumps)).toBe(false);
    const archive = repositories[0]?.archive as string;
    expect(repositories[0]?.filesArchive).toBe(`${archive}-files`);

    const [restoring = ''] = await blocksOf('other-databases.md', 'sh');
    const script = filledIn(restoring, {
      ...places,
      'database-host-2026-01-02T03:04:05.678901': archive,
      'var/backups/dumps': dumps.slice(1),
    });
    const { stdout } = await promisify(execFile)('sh', ['-e', '-c', script], { cwd: directory, env: process.env });
    expect(stdout.trim()).toBe('ok');
    const all = 'select quote(name) from things order by rowid';
    expect(await run('sqlite3', join(directory, 'shop.db'), all)).toBe(await run('sqlite3', file, all));
  } finally {
    await psql('postgres', `drop database ${database}`);
  }
});

test('where its dump fails, so does the backup: nothing is stored, and the dumps are removed', async () => {
  const { file, dumps, config } = await shop();
  await writeFile(file, 'this is no database, whatever its name says');
  await expect(backup(config)).rejects.toMatchObject({
    code: 'COMMAND_HOOK_FAILED',
    message: expect.stringContaining('file is not a database'),
  });
  expect(existsSync(dumps)).toBe(false);
  expect(await listArchives(config)).toEqual([]);
});
