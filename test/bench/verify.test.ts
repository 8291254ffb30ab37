import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { engines } from '../../bench/engines/index.mjs';
import { makeSite } from '../../bench/support/site.mjs';
import { verifyBackup } from '../../bench/support/verify.mjs';
import { tempDir } from '../support/servers.ts';

const databases = [{ name: 'shop', bytes: 1000 }];

describe.each(Object.values(engines))('with $name', (engine) => {
  const makeStore = async () => {
    const site = await makeSite({ servers: { scratch: await tempDir() }, engine });
    const [repository = ''] = site.repositories;
    let archives = 0;
    const commands = {
      borg: (path: string) => ['borg', 'create', '--stdin-name', path, `${repository}::${archives++}`, '-'],
      restic: (path: string) => ['restic', '--repo', repository, 'backup', '--stdin', '--stdin-filename', path],
    };
    const store = (path: string, bytes: number) => {
      const [file = '', ...args] = commands[engine.name](path);
      const env = { ...process.env, ...site.env };
      execFileSync(file, args, { env, input: Buffer.alloc(bytes, 'a'), stdio: ['pipe', 'ignore', 'ignore'] });
    };
    return { store, verify: () => verifyBackup(site, databases, 0.95) };
  };

  test('a backup is one that has each database once, and whole', async () => {
    const { store, verify } = await makeStore();
    store('dumps/postgresql/shop', 1000);
    store('notes', 3);
    await verify();
    await expect(verify()).rejects.toThrow('of shop, whose dump has 1000 bytes, these sizes were archived: '); // of nothing new
    store('shop', 900);
    await expect(verify()).rejects.toThrow('archived: 900');
    store('shop', 1000);
    store('other/shop', 1001);
    await expect(verify()).rejects.toThrow(/archived: 1000, 1001|archived: 1001, 1000/);
  });
});
