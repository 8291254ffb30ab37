/**
 * Backs up to every configured repository, and says which of them are good. Exits with 0 if all are, with 3 if some are, with
 * 1 if none is.
 *
 *     node two-repositories.mjs [--init] [CONFIGURATION]
 */
import { parseArgs } from 'node:util';
import { BackupError, backup, initRepository, loadConfig } from '@dumpstream/core';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';

/** @import { BackupReport, Config } from '@dumpstream/core' */

const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort());
process.once('SIGTERM', () => stopping.abort());
const { signal } = stopping;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { init: { type: 'boolean', default: false } },
});
const [file = 'backup.yaml'] = positionals;

try {
  const config = await loadConfig(file, { hooks: [postgresql(), mysql(), mariadb()] });
  if (values.init) await makeRepositories(config);
  else process.exitCode = verdict(config, await backUp(config));
} catch (error) {
  process.exitCode = 1;
  const { message, code, hint } = /** @type {Error & { code?: string, hint?: string }} */ (error);
  console.error([code === undefined ? message : `${code}: ${message}`, hint].filter(Boolean).join('\n'));
}

/** @param {Config} config */
async function makeRepositories(config) {
  for (const { path, label } of config.repositories) {
    await initRepository(config, { repository: path, encryption: 'repokey-blake2', signal });
    console.log(`${label ?? path} is made`);
  }
}

/**
 * Each dump is made once and goes to all repositories. Where one of them fails, the others are still written, and the call rejects
 * with the report of all.
 *
 * @param {Config} config
 * @returns {Promise<BackupReport>}
 */
async function backUp(config) {
  try {
    return await backup(config, { signal });
  } catch (error) {
    const report = error instanceof BackupError ? error.report : undefined;
    if (report && 'repositories' in report && 'databases' in report) return report;
    throw error;
  }
}

/**
 * Prints what became of every repository.
 *
 * @param {Config} config
 * @param {BackupReport} report
 * @returns {number} the exit status
 */
function verdict(config, { repositories, databases }) {
  for (const { repository, archive, status, error } of repositories) {
    const { label = repository } = config.repositories.find(({ path }) => path === repository) ?? {};
    console.log(`${label}: ${status === 'ok' ? `good, ${archive}` : status}`);
    if (error) console.log(`  ${error.code}: ${error.message}\n  ${error.hint}`);
  }
  for (const { name, error } of databases) if (error) console.log(`${name}: ${error.code}: ${error.message}`);
  const good = repositories.filter(({ status }) => status === 'ok').length;
  if (good === repositories.length) return 0;
  return good > 0 ? 3 : 1;
}
