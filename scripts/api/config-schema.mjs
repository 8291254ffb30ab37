import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageDirectories, root } from '../setup/workspace.mjs';

/**
 * The JSON Schema of the configuration, with the hooks and engines of all built packages.
 *
 * @returns {Promise<string>} the text of its file
 */
export async function configSchemaText() {
  const { configSchema } = await built('packages/core');
  const schema = configSchema({ hooks: await made('hooks'), repositories: await made('repository') });
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** @param {string} kind of packages, with which their names begin */
async function made(kind) {
  const directories = packageDirectories('packages').filter((directory) => directory.startsWith(`packages/${kind}-`));
  const exported = await Promise.all(directories.map(built));
  return exported.flatMap((makers) => Object.values(makers)).map((make) => make());
}

/** @param {string} directory @returns {Promise<Record<string, any>>} */
function built(directory) {
  return import(pathToFileURL(join(root, directory, 'dist/index.js')).href);
}
