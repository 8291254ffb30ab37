import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sshd, startSshd, user } from '../../../test/ssh/support/sshd.ts';
import { type Example, exampleNamed } from '../../../test/support/example.ts';

let sshd: Sshd;
let example: Example;

beforeAll(async () => {
  sshd = await startSshd();
  example = await exampleNamed('two-repositories', {
    'ssh://backup@far.example.org:22/srv/far.borg': `ssh://${user}@127.0.0.1:${sshd.port}${join(sshd.home, 'far.borg')}`,
    'ssh -i /etc/backup/id_ed25519': sshd.sshCommand,
  });
});

afterAll(async () => {
  await sshd?.stop();
  await example?.remove();
});

test('README.md can be followed; where the far one is not reached, the near one is good', async () => {
  await example.follow();
  await sshd.stop();
  const { output } = await example.run('node two-repositories.mjs || echo "exit status $?"');
  expect(output).toMatch(/^near: good, .*\nfar: failed\n {2}REPOSITORY_FAILED: [\s\S]*\nexit status 3\n$/);
}, 300_000);
