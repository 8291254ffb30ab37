/**
 * Restores one database under another name, beside the live one. It looks first whether that will work, and asks.
 *
 *     node restore-elsewhere.mjs [--archive NAME] [--yes] DATABASE NEW_NAME [CONFIGURATION]
 */
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { loadConfig, restore } from '@dumpstream/core';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';

const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort());
process.once('SIGTERM', () => stopping.abort());

try {
  await main();
} catch (error) {
  process.exitCode = 1;
  const { message, code, hint } = /** @type {Error & { code?: string, hint?: string }} */ (error);
  console.error([code === undefined ? message : `${code}: ${message}`, hint].filter(Boolean).join('\n'));
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { archive: { type: 'string', default: 'latest' }, yes: { type: 'boolean', default: false } },
  });
  const [database, name, file = 'backup.yaml'] = positionals;
  if (database === undefined || name === undefined) throw new Error('say which database, and its new name');
  if (name === database) throw new Error(`this would replace ${name}: say another name`);
  const config = await loadConfig(file, { hooks: [postgresql(), mysql(), mariadb()] });
  const { signal } = stopping;

  // Finds the archive and the database in it, connects, looks at rights and versions, and changes nothing.
  const choice = { databases: [database], to: { name }, signal };
  const found = await restore(config, { ...choice, archive: values.archive, dryRun: true });
  for (const warning of found.warnings) console.warn(`warning: ${warning}`);
  console.log(`${database} of ${found.archive} can be restored as ${name}. What is called ${name} now is replaced.`);
  if (!values.yes && !(await confirmed(signal))) return;

  // Of the archive that was looked at: there may be a newer one by now.
  const { databases } = await restore(config, { ...choice, archive: found.archive });
  for (const { bytes } of databases) console.log(`${name} is there, of ${bytes} bytes.`);
}

/** @param {AbortSignal} signal */
async function confirmed(signal) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test(await terminal.question('Restore it? [y/N] ', { signal }));
  } finally {
    terminal.close();
  }
}
