import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { hookContract } from '@dumpstream/core/testing';
import { expect, test } from '@jest/globals';
import { subjectOf, withCommands } from '../../packages/core/test/testing/support/things.ts';
import { inPackedProject } from '../../scripts/pack-check/packed-project.mjs';
import { tempDir } from '../support/servers.ts';
import { testProgram } from '../support/unpacked.ts';

const root = join(import.meta.dirname, '../..');
const page = await readFile(join(root, 'docs/write-a-hook.md'), 'utf8');

/** The files that the page writes: each block goes to the file whose name stands before it. */
const files = new Map<string, string>();
for (const [, name = '', block = ''] of page.matchAll(/^\*\*(\S+)\*\*\n\n```js\n(.*?)^```$/gms)) {
  const before = files.get(name);
  files.set(name, before === undefined ? block : `${before}\n${block}`);
}

test('the page builds the SQLite hook of the examples, and its test', async () => {
  for (const name of ['sqlite.mjs', 'sqlite.test.mjs']) {
    expect(files.get(name)).toBe(await readFile(join(root, 'examples/hook-sqlite', name), 'utf8'));
  }
});

test('every case of the contract has its heading', async () => {
  const cases = hookContract(await subjectOf(withCommands, 'commands')).map(({ name }) => name.split(':')[0]);
  const [, after = ''] = page.split('## What the contract asks');
  expect([...after.matchAll(/^### (\S+)$/gm)].map(([, heading]) => heading)).toEqual(cases);
});

/** For jest, as the page says it. */
const forJest = (text: string) => text.replace("import { test } from 'node:test';\n", '');

/** The same in CommonJS. */
function asCommonJs(text: string): string {
  const exported = [...text.matchAll(/^export const (\w+)/gm)].map(([, name]) => name);
  const body = text
    .replaceAll(/^import (\{.*?\}) from '(.*?)';$/gms, (_, names, from) => `const ${names} = require('${from}');`)
    .replaceAll(/^export const/gm, 'const')
    .replaceAll('.mjs', '.cjs');
  return exported.length === 0 ? body : `${body}\nmodule.exports = { ${exported.join(', ')} };\n`;
}

test('with the packed packages, its hooks pass under node:test, and under jest in both of its module modes', async () => {
  const programs = await tempDir();
  await writeFile(join(programs, 'sqlite3'), `#!/bin/sh\nexec ${testProgram('sqlite3').join(' ')} "$@"\n`);
  await chmod(join(programs, 'sqlite3'), 0o755);
  const env = { ...process.env, PATH: [programs, process.env.PATH].join(delimiter), NODE_OPTIONS: '' };
  await inPackedProject(async (project) => {
    const run = async (...args: string[]): Promise<string> => {
      const ended = await promisify(execFile)(process.execPath, args, { cwd: project, env, maxBuffer: 1e8 }).catch(
        (error: { stdout: string; stderr: string }) => error,
      );
      return `${ended.stdout}${ended.stderr}`;
    };
    for (const [name, text] of files) await writeFile(join(project, name), text);
    for (const name of ['notes', 'sqlite', 'things']) {
      const output = await run('--test', '--test-reporter=tap', `${name}.test.mjs`);
      expect(output).toMatch(/^# fail 0$/m);
      expect(output).toMatch(/^# pass [1-9]\d*$/m);
    }

    const [hook = '', contract = ''] = [files.get('notes.mjs'), files.get('notes.test.mjs')];
    await writeFile(join(project, 'jest-notes.mjs'), forJest(contract));
    await writeFile(join(project, 'jest-notes.cjs'), asCommonJs(forJest(contract)));
    await writeFile(join(project, 'notes.cjs'), asCommonJs(hook));
    const jest = join(root, 'node_modules/jest/bin/jest.js');
    const allPass = /^Tests: +([1-9]\d+) passed, \1 total$/m;
    for (const [extension, ...flags] of [['cjs'], ['mjs', '--experimental-vm-modules']]) {
      const config = {
        rootDir: project,
        testMatch: [`**/jest-notes.${extension}`],
        transform: {},
        testTimeout: 60_000,
      };
      expect(await run(...flags, jest, '--config', JSON.stringify(config))).toMatch(allPass);
    }
  });
}, 300_000);
