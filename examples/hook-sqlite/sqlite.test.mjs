import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { hookContract } from '@dumpstream/core/testing';
import { sqlite } from './sqlite.mjs';

const directory = mkdtempSync(join(tmpdir(), 'hook-sqlite-'));
after(() => rmSync(directory, { recursive: true }));

const fileOf = (/** @type {string} */ name) => join(directory, name);
const run = (/** @type {string} */ name, /** @type {string} */ sql) =>
  execFileSync('sqlite3', ['-batch', fileOf(name)], { input: sql, encoding: 'utf8', maxBuffer: 1e9 });

async function remove(/** @type {string} */ name) {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(fileOf(`${name}${suffix}`), { force: true });
}

/** @type {import('@dumpstream/core/testing').HookSubject} */
const subject = {
  hook: sqlite,
  commands: ['sqlite3'],
  entry: (name) => ({ name, directory }),
  remove,
  async write(name, values) {
    await remove(name);
    const rows = values.map((value) => `INSERT INTO things VALUES (X'${Buffer.from(value).toString('hex')}');\n`);
    run(name, `BEGIN; CREATE TABLE things (bytes BLOB);\n${rows.join('')}COMMIT;`);
  },
  async read(name) {
    if (!existsSync(fileOf(name))) return undefined;
    const lines = run(name, 'SELECT hex(bytes) FROM things ORDER BY rowid;').split('\n').slice(0, -1);
    return lines.map((line) => Buffer.from(line, 'hex'));
  },
  canBeNamed: (name) => !name.includes('/'),
  leftovers: async () => readdirSync(directory).filter((name) => name.startsWith('.dumpstream-')),
};

for (const { name, run } of hookContract(subject)) test(name, run);
