import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { backup, initRepository, loadConfig } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { filesHook } from '../../packages/core/test/support/files-hook.ts';
import { blocksOf, filledIn } from '../support/guides.ts';
import { tempDir } from '../support/servers.ts';

test("the guide's commands bring the configuration file back", async () => {
  const directory = await tempDir();
  const repository = join(directory, 'databases.borg');
  await writeFile(join(directory, 'one'), 'a database');
  const text = `# by hand
repositories: [${repository}]
encryption_passphrase: 'correct horse battery staple'
files: [{ name: one, directory: ${directory}, password: "it's in the archive" }]
`;
  await writeFile(join(directory, 'backup.yaml'), text);
  const config = await loadConfig(join(directory, 'backup.yaml'), { hooks: [filesHook()] });
  await initRepository(config, { encryption: 'repokey-blake2' });
  const { repositories } = await backup(config);

  const [block = ''] = await blocksOf('configuration-in-archives.md', 'sh');
  const script = filledIn(block, {
    '/var/backups/databases.borg': repository,
    'database-host-2026-01-02T03:04:05.678901': repositories[0]?.archive as string,
  });
  const elsewhere = join(directory, 'elsewhere');
  await mkdir(elsewhere);
  await promisify(execFile)('sh', ['-e', '-c', script], { cwd: elsewhere, env: process.env });
  expect(await readFile(join(elsewhere, 'backup.yaml'), 'utf8')).toBe(text);
});
