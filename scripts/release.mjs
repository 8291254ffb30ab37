/**
 * `npm run release`: everything that CI checks, then the packages whose version is new are published, with a statement of where
 * they were built. `--dry-run` does all but publish; what would stand in the way is then only said.
 */
import { obstacles } from './release/obstacles.mjs';
import { orFail } from './setup/or-fail.mjs';
import { run } from './setup/run.mjs';
import { packageDirectories, pnpm, root } from './setup/workspace.mjs';

const dryRun = process.argv.includes('--dry-run');

await orFail('release', async () => {
  const found = obstacles(root, packageDirectories('packages'));
  for (const obstacle of found) console.error(`release: ${obstacle}`);
  if (found.length > 0 && !dryRun) throw new Error('nothing was published');
  await run('bash', ['.ci/run'], { cwd: root });
  const publish = ['publish', '--recursive', '--filter', './packages/*', '--access', 'public', '--provenance'];
  await pnpm([...publish, '--publish-branch', 'main', ...(dryRun ? ['--dry-run', '--no-git-checks'] : [])]);
  if (!dryRun) await run('npx', ['changeset', 'tag'], { cwd: root });
});
