/**
 * `npm run api` fails where what the packages offer is not what the files in the tree say: their types, and the schema of the
 * configuration. `npm run api -- --write` renews the files, for a reviewer to see what has changed.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configSchemaText } from './api/config-schema.mjs';
import { reports } from './api/reports.mjs';
import { orFail } from './setup/or-fail.mjs';
import { ensureBuild, root } from './setup/workspace.mjs';

/** @param {string} file @param {string} text */
function write(file, text) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

/** @param {string} file @param {string} text */
function isCurrent(file, text) {
  return existsSync(join(root, file)) && readFileSync(join(root, file), 'utf8') === text;
}

await orFail('api', async () => {
  await ensureBuild();
  const files = [...reports(), /** @type {const} */ (['packages/core/config.schema.json', await configSchemaText()])];
  const outdated = files.filter(([file, text]) => !isCurrent(file, text));
  if (process.argv.includes('--write')) for (const [file, text] of outdated) write(file, text);
  const names = outdated.map(([file]) => file).join(', ');
  if (process.argv.includes('--write')) console.log(names === '' ? 'nothing has changed' : `written: ${names}`);
  else if (names !== '')
    throw new Error(`the public API has changed: ${names}. If it was meant to, run \`npm run api -- --write\``);
});
