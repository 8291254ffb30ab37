import { isolate } from '../../examples/demo/environment.mjs';
import { startServers } from '../../scripts/servers/index.mjs';
import { findStorageOptions } from '../contenders/storage-options.mjs';
import { Recorder } from './recorder.mjs';

/**
 * @typedef {object} Lab where measurements are made
 * @property {import('../../scripts/servers/index.mjs').Servers} servers
 * @property {import('../engines/index.mjs').Engine} engine
 * @property {import('../sizes.mjs').Sizes} sizes
 * @property {number} rounds
 * @property {ReadonlySet<number>} rows that are wanted
 * @property {Recorder} recorder
 * @property {import('../contenders/storage-options.mjs').StorageOptions} storage what Borg is given by the others, too
 */

/**
 * @param {Pick<Lab, 'engine' | 'sizes' | 'rounds' | 'rows'>} options
 * @returns {Promise<Lab>}
 */
export async function openLab(options) {
  const servers = await startServers();
  isolate(servers.scratch);
  for (const name of Object.keys(process.env)) if (name.startsWith('RESTIC_')) delete process.env[name];
  const storage = options.engine.name === 'borg' ? await findStorageOptions(servers) : {};
  return { ...options, servers, recorder: new Recorder(options), storage };
}
