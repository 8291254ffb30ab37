import { isolate } from '../../examples/demo/environment.mjs';
import { startServers } from '../../scripts/servers/index.mjs';
import { findStorageOptions } from '../contenders/storage-options.mjs';
import { Recorder } from './recorder.mjs';

/**
 * @typedef {object} Lab where measurements are made
 * @property {import('../../scripts/servers/index.mjs').Servers} servers
 * @property {import('../sizes.mjs').Sizes} sizes
 * @property {number} rounds
 * @property {ReadonlySet<number>} rows that are wanted
 * @property {Recorder} recorder
 * @property {import('../contenders/storage-options.mjs').StorageOptions} storage what the others are given, too
 */

/**
 * @param {Pick<Lab, 'sizes' | 'rounds' | 'rows'>} options
 * @returns {Promise<Lab>}
 */
export async function openLab(options) {
  const servers = await startServers();
  isolate(servers.scratch);
  return { ...options, servers, recorder: new Recorder(options), storage: await findStorageOptions(servers) };
}
