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

/** The texts of the fenced blocks of a language. */
function blocks(language: string): string[] {
  return [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, text = '']) =>
    name === language ? [text] : [],
  );
}

const [script = '', ...otherScripts] = blocks('js');
const [configuration = '', withBorg = '', ...otherConfigurations] = blocks('yaml');
/** What the text says instead where the repository is one of Borg's. */
const makingBorg = "initRepository(config, { encryption: 'repokey-blake2' })";

test('its script and configurations back up, list and restore, with the packed packages and nothing else', async () => {
  expect([otherScripts, otherConfigurations]).toEqual([[], []]);
  expect(readme).toContain(`\`${makingBorg}\``);
  // Of its own, since the names of its databases are taken literally.
  const servers = await startServers();
  try {
    await inPackedProject(async (project) => {
      const directory = await tempDir();
      const env = { PATH: process.env.PATH, ...(await clientDefaults(servers)) };
      const run = async (file: string, ...args: string[]): Promise<string> =>
        (await promisify(execFile)(file, args, { cwd: project, env })).stdout.trim();
      const psql = (database: string, sql: string) => run('psql', '-XAtq', '-d', database, '-c', sql);
      const mariadb = (sql: string) => run('mariadb', '-BN', '-e', sql);
      const write = async (yaml: string, js: string): Promise<void> => {
        expect(yaml).toContain('/var/backups/');
        await writeFile(join(project, 'backup.yaml'), yaml.replace('/var/backups', directory));
        await writeFile(join(project, 'backup.mjs'), js);
      };

      const tryThem = async (): Promise<void> => {
        // The second one finds the repository that the first one has made.
        for (const archives of [1, 2]) {
          const output = await run('node', 'backup.mjs');
          for (const name of ['users', 'orders', 'posts']) expect(output).toContain(`backup of ${name}: ok`);
          expect(output.match(/^\d{4}-\d\d-\d\dT\S+Z \S+$/gm)).toHaveLength(archives);
        }
        await psql('users', 'delete from things');
        await psql('orders', 'delete from things');
        await mariadb('drop database posts');
        // Side by side, and so in any order.
        const restored = await run('node', 'backup.mjs', 'restore', 'users', 'posts');
        expect(restored.split('\n').sort()).toEqual(['restore of posts: ok', 'restore of users: ok']);
        expect(await psql('users', 'select count(*), min(thing) from things')).toBe('10|users 1');
        expect(await psql('orders', 'select count(*) from things')).toBe('0');
        expect(await mariadb('select thing from posts.things')).toBe('Zoë');
      };

      for (const name of ['users', 'orders']) {
        await psql('postgres', `create database ${name}`);
        await psql(name, `create table things as select '${name} ' || n as thing from generate_series(1, 10) n`);
      }
      await mariadb("create database posts; create table posts.things as select 'Zoë' as thing");
      await write(configuration, script);
      await tryThem();
      await write(
        configuration.replace(/^location:\n(?: .*\n)*/m, withBorg),
        script.replace('initRepository(config)', makingBorg),
      );
      await tryThem();
    });
  } finally {
    await servers.stop();
  }
}, 300_000);
