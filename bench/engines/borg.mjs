import { join } from 'node:path';
import { passphrase } from '../support/site.mjs';
import { run } from '../support/timed.mjs';

/**
 * @import { Site } from '../support/site.mjs'
 * @import { Engine, Entry } from './index.mjs'
 */

/** @type {Engine} */
export const borg = {
  name: 'borg',
  offset: 0,
  environment: (directory) => ({ BORG_BASE_DIR: join(directory, 'borg'), BORG_PASSPHRASE: passphrase }),
  init: (repository, env) => run({ file: 'borg', args: ['init', '--encryption', 'repokey-blake2', repository], env }),
  entry: (repository) => repository,
  newEntries: async (site, repository) => {
    const fresh = (await archivesOf(site, repository)).filter(({ id }) => !site.seen.has(id));
    /** @type {Entry[]} */
    const entries = [];
    for (const { name, id } of fresh) {
      site.seen.add(id);
      entries.push(...(await entriesOf(site, `${repository}::${name}`)));
    }
    return entries;
  },
};

/**
 * @param {Site} site
 * @param {string} repository
 * @returns {Promise<{ name: string, id: string }[]>} oldest first
 */
export async function archivesOf({ env }, repository) {
  const { archives } = JSON.parse(await run({ file: 'borg', args: ['list', '--json', repository], env }));
  return archives;
}

/**
 * @param {Site} site
 * @param {string} archive
 * @returns {Promise<Entry[]>}
 */
async function entriesOf({ env }, archive) {
  const lines = await run({ file: 'borg', args: ['list', '--json-lines', archive], env });
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
