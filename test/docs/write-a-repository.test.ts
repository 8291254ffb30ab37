import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseConfig, type RepositoryProvider } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { inPackedProject } from '../../scripts/pack-check/packed-project.mjs';

const page = await readFile(join(import.meta.dirname, '../../docs/write-a-repository.md'), 'utf8');

/** The files that the page writes: each block goes to the file whose name stands before it. */
const files = [...page.matchAll(/^\*\*(\S+)\*\*\n\n```js\n(.*?)^```$/gms)];

test('with the packed packages, its engine keeps the contract, and its configuration is valid', async () => {
  expect(files.map(([, name]) => name)).toEqual(['gzip-files.mjs', 'gzip-files.test.mjs']);
  await inPackedProject(async (project) => {
    for (const [, name = '', text = ''] of files) await writeFile(join(project, name), text);
    const args = ['--test', '--test-reporter=tap', 'gzip-files.test.mjs'];
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: project, env, maxBuffer: 1e8 }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout.match(/^not ok .*|^# fail .*/gm)).toEqual(['# fail 0']);
    expect(stdout).toMatch(/^# pass [1-9]\d+$/m);
    const { gzipFiles } = (await import(join(project, 'gzip-files.mjs'))) as { gzipFiles(): RepositoryProvider };
    const [, yaml = ''] = /^```yaml\n(.*?)^```$/ms.exec(page) ?? [];
    const configured = parseConfig(parse(yaml), { hooks: [], repositories: [gzipFiles()] });
    expect([configured.repositories.length, configured.warnings]).toEqual([1, []]);
  });
}, 120_000);
