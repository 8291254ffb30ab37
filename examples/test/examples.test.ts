import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const examples = join(import.meta.dirname, '..');

test('README.md lists every example', async () => {
  const readme = await readFile(join(examples, 'README.md'), 'utf8');
  const listed = [...readme.matchAll(/^\| \[([\w-]+)\]/gm)].map(([, name]) => name);
  const there = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(listed.sort()).toEqual(there.map(({ name }) => name).filter((name) => name !== 'test'));
});

test('in the shell of servers.mjs psql and mariadb reach throwaway servers', async () => {
  const shell = promisify(execFile)(process.execPath, [join(examples, 'servers.mjs')], {
    env: { ...process.env, SHELL: 'bash', PGHOST: 'nowhere.example.org' },
  });
  shell.child.stdin?.end(
    `createdb users && psql --no-align --tuples-only users --command 'select current_database()'
     mariadb --batch --skip-column-names --execute 'create database posts; show databases like "posts"'
     echo "$HOME"\n`,
  );
  const [users, posts, home = ''] = (await shell).stdout.split('\n');
  expect([users, posts]).toEqual(['users', 'posts']);
  expect(() => readdirSync(home)).toThrow('ENOENT');
});
