import { readdirSync, rmSync, statSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './timed.mjs';

/** @import { Servers } from '../../scripts/servers/index.mjs' */

/** The key derivation of every start of Borg is a part of what is measured, as it is in practice. */
export const passphrase = 'correct horse battery staple';

/**
 * @typedef {object} Site a contender's own repositories, and what it keeps beside them
 * @property {string} directory
 * @property {readonly string[]} repositories
 * @property {Readonly<Record<string, string>>} env
 * @property {Set<string>} seen ids of the archives that are known
 * @property {() => void} remove
 */

/**
 * @param {Pick<Servers, 'scratch'>} servers
 * @param {number} [count] of fresh repositories
 * @returns {Promise<Site>}
 */
export async function makeSite({ scratch }, count = 1) {
  const directory = await mkdtemp(join(scratch, 'site-'));
  const home = join(directory, 'home');
  await mkdir(home);
  const env = {
    HOME: home,
    BORG_BASE_DIR: join(directory, 'borg'),
    BORG_PASSPHRASE: passphrase,
  };
  const repositories = Array.from({ length: count }, (_, index) => join(directory, `repository-${index + 1}`));
  for (const repository of repositories) {
    await run({ file: 'borg', args: ['init', '--encryption', 'repokey-blake2', repository], env });
  }
  return {
    directory,
    repositories,
    env,
    seen: new Set(),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** @param {string} repository @returns {number} bytes of its files */
export function sizeOf(repository) {
  const files = readdirSync(repository, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

/**
 * @param {Site} site
 * @param {string} repository
 * @returns {Promise<{ name: string, id: string }[]>} oldest first
 */
export async function archivesOf({ env }, repository) {
  const { archives } = JSON.parse(await run({ file: 'borg', args: ['list', '--json', repository], env }));
  return archives;
}
