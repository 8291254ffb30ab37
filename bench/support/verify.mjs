import { basename } from 'node:path';
import { archivesOf } from './site.mjs';
import { run } from './timed.mjs';

/**
 * @import { Database } from '../data/databases.mjs'
 * @import { Site } from './site.mjs'
 */

/**
 * Looks whether a backup that was measured did its work: in every repository, every database has come into a new archive
 * once, and whole.
 *
 * @param {Site} site
 * @param {readonly Database[]} databases
 * @param {number} share of a plain dump's size that each must have
 */
export async function verifyBackup(site, databases, share) {
  for (const repository of site.repositories) {
    const fresh = (await archivesOf(site, repository)).filter(({ id }) => !site.seen.has(id));
    /** @type {Map<string, number[]>} */
    const sizes = new Map();
    for (const { name, id } of fresh) {
      site.seen.add(id);
      for (const { path, size } of await entriesOf(site, `${repository}::${name}`)) {
        sizes.set(basename(path), [...(sizes.get(basename(path)) ?? []), size]);
      }
    }
    for (const { name, bytes } of databases) {
      const found = sizes.get(name) ?? [];
      if (found.length !== 1 || (found[0] ?? 0) < bytes * share) {
        throw new Error(`of ${name}, whose dump has ${bytes} bytes, these sizes were archived: ${found.join(', ')}`);
      }
    }
  }
}

/**
 * @param {Site} site
 * @param {string} archive
 * @returns {Promise<{ path: string, size: number }[]>}
 */
async function entriesOf({ env }, archive) {
  const lines = await run({ file: 'borg', args: ['list', '--json-lines', archive], env });
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
