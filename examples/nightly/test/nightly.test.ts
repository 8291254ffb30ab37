import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError, errorCodes } from '@dumpstream/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Example, exampleNamed } from '../../../test/support/example.ts';
import { exitStatus } from '../exit-status.mjs';

let example: Example;

beforeAll(async () => {
  example = await exampleNamed('nightly');
});

afterAll(() => example?.remove());

test('README.md can be followed; on a terminal there are bars', async () => {
  await example.follow();
  const log = await readFile(join(example.directory, 'nightly.log'), 'utf8');
  const types = new Set(
    log
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).type),
  );
  expect([...types].sort()).toEqual(['database-end', 'database-start', 'end', 'phase-end', 'phase-start']);

  const { status, output } = await example.run("script --quiet --return --command 'node nightly.mjs' /dev/null");
  expect(output).toMatch(new RegExp(`${example.values.users} =+ 100% ok`));
  expect(status).toBe(0);
}, 300_000);

test('README.md says of every error which exit status it has', async () => {
  const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');
  for (const code of errorCodes.filter((code) => code !== 'ABORTED')) {
    const [row = '| 1 |'] = readme.split('\n').filter((line) => line.startsWith('| ') && line.includes(`\`${code}\``));
    expect({ code, status: exitStatus(new BackupError(code, 'failed')) }).toEqual({
      code,
      status: Number(row.split('|')[1]),
    });
  }
});

test('ended by a signal, it says so with its status, and there is no archive', async () => {
  const { output } = await example.run(`
    export BORG_PASSPHRASE='correct horse battery staple'
    borg list --short ${example.values['/var/backups']}/databases.borg > before
    node nightly.mjs --log interrupted.log & pid=$!
    until grep --quiet --no-messages database-start interrupted.log; do sleep 0.02; done
    kill -TERM $pid
    wait $pid || echo "exit status $?"
    borg list --short ${example.values['/var/backups']}/databases.borg | diff before - && ls -A ~/.dumpstream`);
  expect(output).toMatch(/ABORTED: .*\n.*\nexit status 143\n$/);
}, 300_000);
