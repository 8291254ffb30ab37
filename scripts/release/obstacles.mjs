import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What stands in the way of a release, a sentence for each.
 *
 * @param {string} root of the repository
 * @param {readonly string[]} packages directories in it
 * @returns {string[]}
 */
export function obstacles(root, packages) {
  return [...uncommitted(root), ...pendingChanges(root), ...packages.flatMap((each) => withoutRepository(root, each))];
}

/** @param {string} root */
function uncommitted(root) {
  const status = execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' }).trimEnd();
  return status === '' ? [] : [`the tree has changes that are not committed:\n${status}`];
}

/** @param {string} root */
function pendingChanges(root) {
  const directory = join(root, '.changeset');
  const pending = existsSync(directory) ? readdirSync(directory).filter((file) => file.endsWith('.md')) : [];
  if (pending.length === 0) return [];
  return [`.changeset has ${pending.join(', ')}: run \`npm run release:version\`, look at it, and commit`];
}

/** @param {string} root @param {string} directory */
function withoutRepository(root, directory) {
  const { repository } = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8'));
  if (repository !== undefined) return [];
  return [`${directory}/package.json has no \`repository\`: without it, provenance is refused`];
}
