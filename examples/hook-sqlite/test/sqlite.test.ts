import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, type Config, initRepository, parseConfig, restore } from '@dumpstream/core';
import { memoryRepository } from '@dumpstream/core/testing';
import { beforeAll, expect, test } from '@jest/globals';
import { tempDir } from '../../../test/support/servers.ts';
import { testProgram } from '../../../test/support/unpacked.ts';
import { sqlite } from '../sqlite.mjs';

beforeAll(async () => {
  const directory = await tempDir();
  await writeFile(join(directory, 'sqlite3'), `#!/bin/sh\nexec ${testProgram('sqlite3').join(' ')} "$@"\n`);
  await chmod(join(directory, 'sqlite3'), 0o755);
  process.env.PATH = [directory, process.env.PATH].join(delimiter);
});

interface Shop {
  readonly directory: string;
  readonly config: Config;
  /** Puts a script into an archive, where borgmatic would have it. */
  archiveScript(name: string, script: string): Promise<void>;
  sql(statements: string, file?: string): string;
}

async function shop(statements: string): Promise<Shop> {
  const directory = await tempDir();
  const sql: Shop['sql'] = (text, file = 'shop.db') =>
    execFileSync('sqlite3', ['-batch', '-bail', join(directory, file)], {
      env: process.env,
      input: text,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    }).trim();
  sql(statements);
  const plain = { repositories: ['memory:'], sqlite_databases: [{ name: 'shop.db', directory }] };
  const memory = memoryRepository();
  const config = parseConfig(plain, { hooks: [sqlite], repositories: [memory] });
  await initRepository(config, { encryption: 'none' });
  const archiveScript = async (name: string, script: string) => {
    const theirs = join(await tempDir(), 'borgmatic');
    await mkdir(join(theirs, 'sqlite_databases/localhost'), { recursive: true });
    await writeFile(join(theirs, 'sqlite_databases/localhost/shop.db'), script);
    const context = { signal: new AbortController().signal, directory: await tempDir(), warn: () => {} };
    const files = { name, comment: '', paths: [theirs], excludes: [], leaveOut: [] };
    await memory.open({ path: 'memory:' }, {})?.writeFiles(files, context);
  };
  return { directory, config, sql, archiveScript };
}

test('what a file says of itself comes back, too: version, application, page size, encoding, rights', async () => {
  const { directory, config, sql } = await shop(
    `PRAGMA page_size = 1024; PRAGMA encoding = 'UTF-16le'; PRAGMA user_version = 7; PRAGMA application_id = 8;
     CREATE TABLE things (name TEXT); INSERT INTO things VALUES ('Zoë' || char(0) || '😀');
     CREATE VIEW names AS SELECT name FROM things; CREATE VIRTUAL TABLE words USING fts5(word);
     INSERT INTO words VALUES ('found');`,
  );
  await chmod(join(directory, 'shop.db'), 0o640);
  const all = `PRAGMA page_size; PRAGMA encoding; PRAGMA user_version; PRAGMA application_id; SELECT hex(name) FROM names;
    SELECT word FROM words WHERE word MATCH 'found'; PRAGMA integrity_check;`;
  const before = sql(all);
  await backup(config);
  sql('DROP TABLE things; PRAGMA user_version = 9;');
  await restore(config, { archive: 'latest' });
  expect(sql(all)).toBe(before);
  expect(((await stat(join(directory, 'shop.db'))).mode & 0o777).toString(8)).toBe('640');
});

test('in WAL mode, with a writer at work, a dump is of one moment', async () => {
  const { directory, config, sql } = await shop(
    'PRAGMA journal_mode = WAL; CREATE TABLE a (n); CREATE TABLE b (n); INSERT INTO a VALUES (0); INSERT INTO b VALUES (0);',
  );
  const writer = spawn('sqlite3', ['-batch', join(directory, 'shop.db')], {
    env: process.env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const both = 'BEGIN; UPDATE a SET n = n + 1; UPDATE b SET n = n + 1; COMMIT;\n';
  writer.stdin.on('error', () => {});
  const timer = setInterval(() => writer.stdin.write(both.repeat(20)), 1);
  while (sql('SELECT n > 20 FROM a') !== '1') await wait(5);
  await backup(config);
  clearInterval(timer);
  writer.stdin.end();
  await new Promise((resolve) => writer.once('close', resolve));
  const last = Number(sql('SELECT n FROM a'));
  await restore(config, { archive: 'latest' });
  const [a, b] = sql('SELECT n FROM a; SELECT n FROM b;').split('\n').map(Number);
  expect(a).toBe(b);
  expect(a).toBeLessThan(last);
});

test('an open database in WAL mode is not swapped under its program, and can be restored in place', async () => {
  const { directory, config, sql } = await shop(
    'PRAGMA journal_mode = WAL; CREATE TABLE a (n); INSERT INTO a VALUES (1);',
  );
  await backup(config);
  const program = spawn('sqlite3', ['-batch', join(directory, 'shop.db')], {
    env: process.env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let said = '';
  program.stdout.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const ask = async (statement: string, expected: string) => {
    program.stdin.write(`${statement}\n`);
    while (!said.includes(expected)) await wait(5);
  };
  await ask("UPDATE a SET n = 2; SELECT 'now ' || n FROM a;", 'now 2');
  await expect(restore(config, { archive: 'latest' })).rejects.toMatchObject({
    code: 'RESTORE_FAILED',
    message: expect.stringContaining('is in use'),
    hint: expect.stringContaining('in-place'),
  });
  expect(sql('SELECT n FROM a')).toBe('2');
  await restore(config, { archive: 'latest', strategy: 'in-place' });
  await ask("SELECT 'then ' || n FROM a;", 'then 1');
  program.stdin.end();
  await new Promise((resolve) => program.once('close', resolve));
  expect((await readdir(directory)).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('a damaged database is no dump, and is replaced by a restore', async () => {
  const { directory, config, sql } = await shop('CREATE TABLE a (n); INSERT INTO a VALUES (1);');
  await backup(config);
  await writeFile(join(directory, 'shop.db'), 'this is no database, whatever its name says');
  await expect(backup(config)).rejects.toMatchObject({
    code: 'DUMP_FAILED',
    message: expect.stringContaining('file is not a database'),
  });
  await restore(config, { archive: 'latest' });
  expect(sql('SELECT n FROM a')).toBe('1');
});

test('a database that a program keeps locked is not restored in place, with a hint', async () => {
  const { directory, config, sql } = await shop('CREATE TABLE a (n); INSERT INTO a VALUES (1);');
  await backup(config);
  const program = spawn('sqlite3', ['-batch', join(directory, 'shop.db')], {
    env: process.env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  program.stdin.write("BEGIN EXCLUSIVE; SELECT 'locked';\n");
  await new Promise((resolve) => program.stdout.once('data', resolve));
  await expect(restore(config, { archive: 'latest', strategy: 'in-place' })).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
    hint: expect.stringContaining('locked'),
  });
  program.stdin.end();
  await new Promise((resolve) => program.once('close', resolve));
  expect(sql('SELECT n FROM a')).toBe('1');
});

test('`all` is every database of the directory, and nothing else in it', async () => {
  const { directory, sql } = await shop('CREATE TABLE a (n);');
  sql('CREATE TABLE b (n)', 'other data');
  await writeFile(join(directory, 'notes.txt'), 'SQLite is mentioned');
  await writeFile(join(directory, '.dumpstream-left'), 'SQLite format 3\0');
  execFileSync('mkfifo', [join(directory, 'pipe')]);
  const plain = { repositories: ['memory:'], sqlite_databases: [{ name: 'all', directory }] };
  const report = await backup(parseConfig(plain, { hooks: [sqlite], repositories: [memoryRepository()] }), {
    dryRun: true,
  });
  expect(report.databases.map(({ name }) => name).sort()).toEqual(['other data', 'shop.db']);
});

test('a script that `.dump` made is loaded, and one that ended with an error then is refused', async () => {
  const { config, sql, archiveScript } = await shop('CREATE TABLE a (n); INSERT INTO a VALUES (1);');
  const script = 'PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE a(n);\nINSERT INTO a VALUES(5);\n';
  await archiveScript('whole', `${script}COMMIT;\n`);
  await archiveScript('broken', `${script}ROLLBACK; -- due to errors\n`);
  await archiveScript('other', '-- something else\n');
  await restore(config, { archive: 'whole' });
  expect(sql('SELECT n FROM a')).toBe('5');
  await expect(restore(config, { archive: 'broken' })).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
  await expect(restore(config, { archive: 'other' })).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
  expect(sql('SELECT n FROM a')).toBe('5');
});
