import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '@dumpstream/core';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { expect, test } from '@jest/globals';
import { blocksOf } from '../support/guides.ts';
import { tempDir } from '../support/servers.ts';

const guides = readdirSync(join(import.meta.dirname, '../../docs/guides'));

test('every configuration in the guides is valid, and says nothing that is ignored', async () => {
  const directory = await tempDir();
  await writeFile(join(directory, 'password'), 'secret');
  process.env.BACKUP_PASSPHRASE = 'secret';
  const file = join(directory, 'backup.yaml');
  let seen = 0;
  for (const guide of guides) {
    for (const block of await blocksOf(guide, 'yaml')) {
      await writeFile(file, block.replaceAll('/etc/backup/users-password', 'password'));
      const { warnings } = await loadConfig(file, { hooks: [postgresql(), mysql(), mariadb()] });
      expect({ guide, warnings }).toEqual({ guide, warnings: [] });
      seen++;
    }
  }
  expect(seen).toBeGreaterThan(4);
});
