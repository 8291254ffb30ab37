import { basename } from 'node:path';

/**
 * @import { Database } from '../data/databases.mjs'
 * @import { Site } from './site.mjs'
 */

/**
 * Looks whether a backup that was measured did its work: in every repository, every database has come into a new archive
 * once, and whole.
 *
 * @param {Site} site
 * @param {readonly Pick<Database, 'name' | 'bytes'>[]} databases
 * @param {number} share of a plain dump's size that each must have
 */
export async function verifyBackup(site, databases, share) {
  for (const repository of site.repositories) {
    /** @type {Map<string, number[]>} */
    const sizes = new Map();
    for (const { path, size } of await site.engine.newEntries(site, repository)) {
      sizes.set(basename(path), [...(sizes.get(basename(path)) ?? []), size]);
    }
    for (const { name, bytes } of databases) {
      const found = sizes.get(name) ?? [];
      if (found.length !== 1 || (found[0] ?? 0) < bytes * share) {
        throw new Error(`of ${name}, whose dump has ${bytes} bytes, these sizes were archived: ${found.join(', ')}`);
      }
    }
  }
}
