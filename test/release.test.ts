import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { obstacles } from '../scripts/release/obstacles.mjs';
import { tempDir } from './support/servers.ts';

/** A repository with one package, all of it committed. */
async function repository(manifest: object): Promise<string> {
  const root = await tempDir();
  for (const folder of ['.changeset', 'packages/one']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, '.changeset/config.json'), '{}');
  writeFileSync(join(root, 'packages/one/package.json'), JSON.stringify(manifest));
  execFileSync('git', ['init', '--quiet', root]);
  commit(root);
  return root;
}

function commit(root: string): void {
  execFileSync('git', ['add', '.'], { cwd: root });
  const author = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@example.org', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...author, 'commit', '--quiet', '--message', 'all'], { cwd: root });
}

test('a release of a committed tree without pending changes is in nobody’s way', async () => {
  const root = await repository({ name: 'one', repository: 'example/one' });
  expect(obstacles(root, ['packages/one'])).toEqual([]);
});

test('it is refused where files are changed or new, where changes have no version yet, and without a repository', async () => {
  const root = await repository({ name: 'one' });
  expect(obstacles(root, ['packages/one'])).toEqual([expect.stringContaining('packages/one/package.json has no')]);
  writeFileSync(join(root, '.changeset/quick-cat.md'), "---\n'one': minor\n---\n\nNew.\n");
  writeFileSync(join(root, 'packages/one/package.json'), '{ "repository": "example/one" }');
  expect(obstacles(root, ['packages/one'])).toEqual([
    'the tree has changes that are not committed:\n M packages/one/package.json\n?? .changeset/quick-cat.md',
    '.changeset has quick-cat.md: run `npm run release:version`, look at it, and commit',
  ]);
  commit(root);
  expect(obstacles(root, ['packages/one'])).toEqual([expect.stringContaining('.changeset has quick-cat.md')]);
});
