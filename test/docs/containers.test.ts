import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { backup, initRepository, restore } from '@dumpstream/core';
import { mariadb as mariadbHook } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { expect, test } from '@jest/globals';
import { pageAt } from '../support/page.ts';
import { mariadb, psql, servers, tempDir, uniqueName } from '../support/servers.ts';
import { loaded } from './support/configuration.ts';

const page = pageAt('docs/guides/containers.md');
const configuration = page.blocks.find(({ note }) => note?.startsWith('checked by') === true)?.text ?? '';

/**
 * `docker exec -i -e NAME CONTAINER COMMAND`: standard input and arguments get through, of the environment what is named.
 * In the containers, the clients find their server without being told.
 */
async function standIn(directory: string, log: string): Promise<void> {
  const { postgres, mariadb: other } = servers;
  const script = `#!/bin/bash
[ "$1 $2 $3" = 'exec -i -e' ] || exit 125
name=$4; container=$5; shift 5
echo "$container $1" >> '${log}'
inside=(PATH='${process.env.PATH}' "$name=\${!name}")
case $container in
  pg) exec env -i "\${inside[@]}" PGHOST='${postgres.host}' PGPORT=${postgres.port} "$@" ;;
  maria) exec env -i "\${inside[@]}" HOME='${directory}' "$@" ;;
  *) exit 125 ;;
esac
`;
  await writeFile(join(directory, '.my.cnf'), `[client]\nsocket=${other.socketPath}\n`);
  await writeFile(join(directory, 'docker'), script, { mode: 0o755 });
}

test("the guide's configuration backs up and restores databases in containers, by the clients in there", async () => {
  const [users, posts] = [uniqueName('users'), uniqueName('posts')];
  const directory = await tempDir();
  const log = join(directory, 'log');
  await standIn(directory, log);
  Object.assign(process.env, {
    PATH: [directory, process.env.PATH].join(delimiter),
    POSTGRES_PASSWORD: servers.postgres.password,
    MARIADB_PASSWORD: servers.mariadb.password,
  });
  const yaml = configuration
    .replace('/var/backups/databases.borg', join(directory, 'databases.borg'))
    .replace('name: users', `name: ${users}`)
    .replace('name: posts', `name: ${posts}`);
  const config = await loaded(yaml, [postgresql(), mariadbHook()], directory);
  try {
    await psql('postgres', `create database ${users}`);
    await psql(users, 'create table things as select 7 as n');
    await mariadb('', `create database ${posts}; create table ${posts}.things as select 7 as n`);
    await initRepository(config, { encryption: 'none' });
    expect((await backup(config)).databases).toMatchObject([
      { name: users, label: 'users-container', status: 'ok' },
      { name: posts, label: 'posts-container', status: 'ok' },
    ]);
    await psql(users, 'drop table things');
    await mariadb(posts, 'drop table things');
    await restore(config, { archive: 'latest' });
    expect(await psql(users, 'table things')).toBe('7');
    expect(await mariadb(posts, 'select n from things')).toBe('7');
    expect([...new Set((await readFile(log, 'utf8')).trim().split('\n'))].sort()).toEqual([
      'maria mariadb',
      'maria mariadb-dump',
      'pg pg_dump',
      'pg pg_restore',
      'pg psql',
    ]);
  } finally {
    await psql('postgres', `drop database if exists ${users}`);
    await mariadb('', `drop database if exists ${posts}`);
  }
});
