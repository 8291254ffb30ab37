import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { inPackedProject } from '../scripts/pack-check/packed-project.mjs';
import { startServers } from '../scripts/servers/index.mjs';
import { clientDefaults } from './support/client-defaults.ts';
import { tempDir } from './support/servers.ts';

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');

/** The text of the only fenced block of a language. */
function block(language: string): string {
  const found = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, name]) => name === language);
  expect(found).toHaveLength(1);
  return found[0]?.[2] ?? '';
}

test('its script and configuration back up, list and restore, with the packed packages and nothing else', async () => {
  // Of its own, since the names of its databases are taken literally.
  const servers = await startServers();
  try {
    await inPackedProject(async (project) => {
      const repository = join(await tempDir(), 'databases.borg');
      const configured = '/var/backups/databases.borg';
      expect(block('yaml')).toContain(configured);
      await writeFile(join(project, 'backup.yaml'), block('yaml').replace(configured, repository));
      await writeFile(join(project, 'backup.mjs'), block('js'));
      const env = { PATH: process.env.PATH, ...(await clientDefaults(servers)) };
      const run = async (file: string, ...args: string[]): Promise<string> =>
        (await promisify(execFile)(file, args, { cwd: project, env })).stdout.trim();
      const psql = (database: string, sql: string) => run('psql', '-XAtq', '-d', database, '-c', sql);
      const mariadb = (sql: string) => run('mariadb', '-BN', '-e', sql);

      for (const name of ['users', 'orders']) {
        await psql('postgres', `create database ${name}`);
        await psql(name, `create table things as select '${name} ' || n as thing from generate_series(1, 10) n`);
      }
      await mariadb("create database posts; create table posts.things as select 'Zoë' as thing");

      // The second one finds the repository that the first one has made.
      for (const archives of [1, 2]) {
        const output = await run('node', 'backup.mjs');
        for (const name of ['users', 'orders', 'posts']) expect(output).toContain(`backup of ${name}: ok`);
        expect(output.match(/^\d{4}-\d\d-\d\dT\S+Z \S+$/gm)).toHaveLength(archives);
      }

      await psql('users', 'delete from things');
      await psql('orders', 'delete from things');
      await mariadb('drop database posts');
      expect((await run('node', 'backup.mjs', 'restore', 'users', 'posts')).split('\n')).toEqual([
        'restore of users: ok',
        'restore of posts: ok',
      ]);
      expect(await psql('users', 'select count(*), min(thing) from things')).toBe('10|users 1');
      expect(await psql('orders', 'select count(*) from things')).toBe('0');
      expect(await mariadb('select thing from posts.things')).toBe('Zoë');
    });
  } finally {
    await servers.stop();
  }
}, 300_000);
