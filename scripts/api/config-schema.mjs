import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageDirectories, root } from '../setup/workspace.mjs';

/**
 * The JSON Schema of the configuration, with the hooks of all built packages.
 *
 * @returns {Promise<string>} the text of its file
 */
export async function configSchemaText() {
  const { configSchema } = await built('packages/core');
  const packages = packageDirectories('packages').filter((directory) => directory !== 'packages/core');
  const makers = (await Promise.all(packages.map(built))).flatMap((exported) => Object.values(exported));
  return `${JSON.stringify(configSchema({ hooks: makers.map((make) => make()) }), undefined, 2)}\n`;
}

/** @param {string} directory @returns {Promise<Record<string, any>>} */
function built(directory) {
  return import(pathToFileURL(join(root, directory, 'dist/index.js')).href);
}
