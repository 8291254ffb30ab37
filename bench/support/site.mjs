import { readdirSync, rmSync, statSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @import { Servers } from '../../scripts/servers/index.mjs'
 * @import { Engine } from '../engines/index.mjs'
 */

/** The key derivation of every start of Borg or restic is a part of what is measured, as it is in practice. */
export const passphrase = 'correct horse battery staple';

/**
 * @typedef {object} Site a contender's own repositories, and what it keeps beside them
 * @property {Engine} engine
 * @property {string} directory
 * @property {readonly string[]} repositories
 * @property {Readonly<Record<string, string>>} env
 * @property {Set<string>} seen ids of the archives that are known
 * @property {() => void} remove
 */

/**
 * @param {{ servers: Pick<Servers, 'scratch'>, engine: Engine }} lab
 * @param {number} [count] of fresh repositories
 * @returns {Promise<Site>}
 */
export async function makeSite({ servers: { scratch }, engine }, count = 1) {
  const directory = await mkdtemp(join(scratch, 'site-'));
  const home = join(directory, 'home');
  await mkdir(home);
  const env = { HOME: home, ...engine.environment(directory) };
  const repositories = Array.from({ length: count }, (_, index) => join(directory, `repository-${index + 1}`));
  for (const repository of repositories) await engine.init(repository, env, scratch);
  return {
    engine,
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
