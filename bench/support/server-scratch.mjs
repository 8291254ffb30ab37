import { chmod, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @param {import('./lab.mjs').Lab} lab
 * @returns {Promise<string>} a directory for another server, whose user may pass through it
 */
export async function makeServerScratch({ servers }) {
  const directory = await mkdtemp(join(servers.scratch, 'server-'));
  await chmod(directory, 0o711);
  return directory;
}
