import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { findProgram } from '../../scripts/servers/programs.mjs';
import { pageAt } from '../support/page.ts';
import { tempDir } from '../support/servers.ts';

const { blocks } = pageAt('docs/guides/systemd.md');
const units = new Map(blocks.flatMap(({ file, text }) => (file === undefined ? [] : [[file, text] as const])));

/** What the page uses, by section: a directive in the wrong one is ignored by systemd with no more than a line in its log. */
const directives: Readonly<Record<string, readonly string[]>> = {
  Unit: ['Description', 'Wants', 'After'],
  Service: [
    ...['Type', 'User', 'WorkingDirectory', 'ExecStart', 'StateDirectory', 'StateDirectoryMode', 'Environment'],
    ...['LoadCredential', 'UMask', 'NoNewPrivileges', 'PrivateTmp', 'ProtectSystem', 'ReadWritePaths', 'Nice'],
    'IOSchedulingClass',
  ],
  Timer: ['OnCalendar', 'RandomizedDelaySec', 'Persistent'],
  Install: ['WantedBy'],
};

test('the units have known directives, each in its section', () => {
  expect([...units.keys()]).toEqual(['backup.service', 'backup.timer']);
  for (const text of units.values()) {
    let section = '';
    for (const line of text.split('\n').filter((each) => each !== '')) {
      const [, heading, directive = ''] = /^(?:\[(\w+)\]|(\w+)=\S.*)$/.exec(line) ?? [];
      if (heading !== undefined) section = heading;
      else expect(directives[section]).toContain(directive);
    }
  }
});

test('every credential of the configuration is loaded by the service', () => {
  const yaml = blocks.find(({ language }) => language === 'yaml')?.text ?? '';
  const wanted = [...yaml.matchAll(/\{credential systemd ([^}]+)\}/g)].map(([, name]) => name);
  const given = [...(units.get('backup.service') ?? '').matchAll(/^LoadCredential=([^:]+):/gm)].map(([, name]) => name);
  expect(wanted.length).toBeGreaterThan(0);
  expect(given).toEqual(wanted);
});

test('systemd itself finds nothing wrong with them, where it is installed', async () => {
  const systemd = findProgram('systemd-analyze');
  if (systemd === undefined) return;
  const directory = await tempDir();
  const paths: string[] = [];
  for (const [name, text] of units) {
    const path = join(directory, name);
    // It looks whether the program is there.
    await writeFile(path, text.replace('/usr/bin/node', process.execPath));
    paths.push(path);
  }
  const { stdout, stderr } = await promisify(execFile)(systemd, ['verify', '--man=no', ...paths]);
  // It also tells of the system's own units.
  expect(`${stdout}${stderr}`.split('\n').filter((line) => line.includes(directory))).toEqual([]);
});
