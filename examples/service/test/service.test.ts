import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { processesNaming } from '../../../packages/core/test/support/workbench.ts';
import { onFreePort } from '../../../scripts/servers/port.mjs';
import { type Example, exampleNamed } from '../../../test/support/example.ts';

let example: Example;

beforeAll(async () => {
  example = await exampleNamed('service', { '8321': await onFreePort(async (port) => String(port)) });
});

afterAll(() => example?.remove());

test('README.md can be followed', async () => {
  await example.follow();
}, 300_000);

/** It waits for ever, and says that it does. */
const waitingDump = `#!/bin/sh
case "$*" in *--version*) exec pg_dump "$@" ;; esac
touch dumping
while :; do sleep 0.1; done
`;

test('a backup that is under way keeps the next from beginning, and is aborted by SIGTERM: nothing is left', async () => {
  const { directory, home, run, values } = example;
  await writeFile(join(directory, 'waiting-dump'), waitingDump, { mode: 0o755 });
  const yaml = await readFile(join(directory, 'backup.yaml'), 'utf8');
  const waiting = `${yaml}    pg_dump_command: ${join(directory, 'waiting-dump')}\n`;
  await writeFile(join(directory, 'waiting.yaml'), waiting);
  const { output } = await run(`
    export BORG_PASSPHRASE='correct horse battery staple'
    borg list --short ${values['/var/backups']}/databases.borg > before
    node service.mjs --schedule '* * * * * *' --port ${values['8321']} waiting.yaml > waiting.log &
    until [ -e dumping ] && grep --quiet left-out waiting.log; do sleep 0.1; done
    kill -TERM $!
    wait $!
    echo "exit status $?"
    borg list --short ${values['/var/backups']}/databases.borg | diff before -`);
  expect(output).toBe('exit status 0\n');
  expect(await readdir(join(home, '.dumpstream'))).toEqual([]);
  expect(processesNaming(directory)).toEqual([]);

  const log = (await readFile(join(directory, 'waiting.log'), 'utf8')).trim().split('\n');
  const entries = log.map((line) => JSON.parse(line)).filter(({ type }) => type !== 'left-out');
  expect(entries).toMatchObject([
    { type: 'started' },
    { type: 'backup-started' },
    { type: 'stopping', why: 'SIGTERM' },
    { type: 'backup-ended', error: { code: 'ABORTED' } },
    { type: 'stopped' },
  ]);
}, 300_000);

test('it is not well from a backup that failed until one that succeeds', async () => {
  const { directory, run, values } = example;
  const yaml = await readFile(join(directory, 'backup.yaml'), 'utf8');
  await writeFile(join(directory, 'later.yaml'), yaml.replace(values.users, `${values.users}_later`));
  const { output } = await run(`
    health() { node health.mjs --port ${values['8321']}; }
    node service.mjs --schedule '* * * * * *' --port ${values['8321']} later.yaml > later.log &
    until grep --quiet --no-messages backup-ended later.log; do sleep 0.1; done
    health || echo "exit status $?"
    createdb ${values.users}_later
    until health > /dev/null; do sleep 0.1; done
    kill -TERM $!
    wait $!`);
  expect(output).toMatch(/^failed: BackupError: .*\nexit status 1\n$/);
}, 300_000);
