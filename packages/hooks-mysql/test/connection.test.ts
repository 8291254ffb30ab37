import { access, chmod, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { afterEach, expect, test } from '@jest/globals';
import { entryOf, servers, tempDir, uniqueName } from '../../../test/support/servers.ts';
import { checkByHand, dumpByHand } from './support/by-hand.ts';
import { onEachServer } from './support/lab.ts';
import { withDatabases } from './support/scratch-database.ts';

const { HOME, PATH } = process.env;
afterEach(() => {
  Object.assign(process.env, { HOME, PATH });
});

onEachServer((lab) => {
  test('the configured password counts, not one in an option file of the host', async () => {
    const name = uniqueName('options');
    const home = await tempDir();
    await writeFile(join(home, '.my.cnf'), '[client]\npassword=another\n', { mode: 0o600 });
    await withDatabases(lab, [name], async () => {
      process.env.HOME = home;
      const { warnings } = (await checkByHand(lab.hook(), { ...lab.connection, name })) ?? {};
      expect(warnings).toEqual([expect.stringMatching(/option files .* left out/), expect.anything()]);
      const meta = await dumpByHand(lab.hook(), { ...lab.connection, name }, join(home, 'dump.sql'));
      expect(meta.format).toBe('sql');
    });
  });

  test('without a configured password, option files of the host give it', async () => {
    const name = uniqueName('options');
    const home = await tempDir();
    const { password, ...connection } = lab.connection;
    await writeFile(join(home, '.my.cnf'), `[client]\npassword="${password}"\n`, { mode: 0o600 });
    await withDatabases(lab, [name], async () => {
      process.env.HOME = home;
      expect(await checkByHand(lab.hook(), { ...connection, name })).toMatchObject({ warnings: [] });
    });
  });
});

test('without hostname and port, the client finds the server itself, by its socket', async () => {
  const home = await tempDir();
  const { user, password, socketPath } = servers.mariadb;
  await writeFile(join(home, '.my.cnf'), `[client]\nsocket=${socketPath}\n`, { mode: 0o600 });
  process.env.HOME = home;
  expect(await checkByHand(mariadb(), { name: 'mysql', username: user, password })).toMatchObject({
    expectedBytes: expect.any(Number),
  });
});

test('whichever family of clients is installed is found and known by what it says, not by its name', async () => {
  const entry = { ...entryOf(servers.mariadb), name: 'mysql' };
  const directory = await tempDir();
  process.env.PATH = directory;
  await expect(checkByHand(mysql(), entry)).rejects.toMatchObject({
    code: 'COMMAND_MISSING',
    message: expect.stringMatching(/mysql and mariadb/),
  });
  await symlink(await find('cat'), join(directory, 'cat'));
  await symlink(await find('mariadb'), join(directory, 'mysql'));
  await symlink(await find('mariadb-dump'), join(directory, 'mariadb-dump'));
  const meta = await dumpByHand(mysql(), entry, join(directory, 'dump.sql'));
  expect(meta.clientFamily).toBe('mariadb');
});

test('a program that does not say who it is, is taken for what the section says', async () => {
  const entry = { ...entryOf(servers.mariadb), name: 'mysql' };
  const directory = await tempDir();
  const wrapper = join(directory, 'mariadb-dump');
  await writeFile(wrapper, `#!/bin/sh\n[ "$1" = --version ] || exec ${await find('mariadb-dump')} "$@"\n`);
  await chmod(wrapper, 0o755);
  process.env.PATH = `${directory}${delimiter}${PATH}`;
  const meta = await dumpByHand(mariadb(), entry, join(directory, 'dump.sql'));
  expect(meta).toMatchObject({ clientFamily: 'mariadb', clientVersion: '' });
});

async function find(program: string): Promise<string> {
  for (const directory of (PATH ?? '').split(delimiter)) {
    const path = join(directory, program);
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw new Error(`no ${program} on PATH`);
}
