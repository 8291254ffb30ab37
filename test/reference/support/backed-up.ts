import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initRepository, listArchives, loadConfig } from '@dumpstream/core';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { expect } from '@jest/globals';
import type { OwnServers } from '../../support/own-servers.ts';
import { tempDir } from '../../support/servers.ts';
import { createByBorgmatic } from './borgmatic.ts';

export const hooks = [postgresql(), mysql(), mariadb()];

export interface Made {
  /** The configuration file, which is borgmatic's. */
  readonly file: string;
  readonly directory: string;
  /** Name of the one archive. */
  readonly archive: string;
}

/** Has borgmatic back up databases, each given as what stands in its entry besides the connection. */
export async function backedUp(
  { servers }: OwnServers,
  postgres: readonly string[],
  mysql: readonly string[],
  location = '',
): Promise<Made> {
  const directory = await tempDir();
  const [file, home, files] = ['config.yaml', 'home', 'files'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [home, files]) await mkdir(path);
  await writeFile(join(files, 'letter.txt'), 'Dear reader');
  const entries = (
    server: { host: string; port: number; user: string; password: string },
    databases: readonly string[],
  ) =>
    databases
      .map(
        (database) => `
        - hostname: ${server.host}
          port: ${server.port}
          username: ${server.user}
          password: ${server.password}
          ${database.replaceAll('\n', '\n          ')}`,
      )
      .join('');
  await writeFile(
    file,
    `location:
    source_directories:
        - ${files}
    repositories:
        - ${join(directory, 'repository.borg')}
    one_file_system: true
    exclude_patterns:
        - '*.pyc'
    ${location}

storage:
    encryption_passphrase: "correct horse"
    compression: lz4
    archive_name_format: '{hostname}-{now:%Y-%m-%dT%H:%M:%S.%f}'

retention:
    keep_daily: 7
    keep_weekly: 4

consistency:
    checks:
        - name: disabled

output:
    color: false

hooks:
    before_backup:
        - echo "Starting a backup."
    postgresql_databases:${entries(servers.postgres, postgres)}
    mysql_databases:${entries(servers.mariadb, mysql)}
`,
  );
  const config = await loadConfig(file, { hooks });
  await initRepository(config, { encryption: 'repokey-blake2' });
  await createByBorgmatic(file, home);
  const [made, ...others] = await listArchives(config);
  expect(made).toMatchObject({ status: 'foreign', databases: [] });
  expect(others).toEqual([]);
  return { file, directory, archive: made?.name as string };
}
