import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, initRepository, listArchives, loadConfig, restore } from '@dumpstream/core';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { yaml } from './configuration.mjs';
import { drop, load, takeSnapshots } from './databases.mjs';
import { table } from './output/format.mjs';
import { showProgress } from './output/progress.mjs';
import { results } from './output/results.mjs';
import { step } from './output/steps.mjs';

/**
 * Loads, backs up, drops, restores, compares.
 *
 * @param {import('./databases.mjs').Servers} servers
 * @param {import('./configuration.mjs').Engine} engine
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether everything is as it was
 */
export async function roundTrip(servers, engine, signal) {
  await step('Loading users and orders into PostgreSQL, posts into MariaDB', signal, () => load(servers, signal));
  const before = await step('Taking a checksum of every table, and the definition of every object', signal, () =>
    takeSnapshots(servers, signal),
  );

  const file = await configure(servers, engine);
  const config = await loadConfig(file, { hooks: [postgresql(), mysql(), mariadb()] });
  const { encryption, what } = repositories[engine];
  await step(`Making ${what}`, signal, () => initRepository(config, { encryption, signal }));

  console.log('\nbackup(config)');
  const there = showProgress();
  const stored = await there.until(backup(config, { signal, onEvent: there.onEvent }));

  console.log('\nlistArchives(config)');
  const archives = await listArchives(config, { signal });
  const rows = archives.map(({ name, time, status, databases }) => [
    name,
    time,
    status,
    databases.map((database) => database.name).join(', '),
  ]);
  console.log(table([['archive', 'time', 'status', 'databases'], ...rows]));

  console.log();
  await step('Dropping all three databases', signal, () => drop(servers, signal));

  console.log("\nrestore(config, { archive: 'latest' })");
  const back = showProgress();
  const restored = await back.until(restore(config, { archive: 'latest', signal, onEvent: back.onEvent }));

  console.log();
  const after = await step('Taking checksums and definitions again', signal, () => takeSnapshots(servers, signal));

  const { text, same } = results({ before, after, stored, restored });
  console.log(`\n${text}`);
  return same;
}

const repositories = {
  borg: { encryption: 'repokey-blake2', what: 'an encrypted Borg repository' },
  directory: { encryption: 'none', what: 'a directory for archives' },
};

/**
 * Writes the configuration, and shows it.
 *
 * @param {import('./databases.mjs').Servers} servers
 * @param {import('./configuration.mjs').Engine} engine
 * @returns {Promise<string>} its path
 */
async function configure({ postgres, mariadb, scratch }, engine) {
  const runDirectory = join(scratch, 'run');
  await mkdir(runDirectory, { mode: 0o700 });
  const passphrase = randomBytes(12).toString('hex');
  const text = yaml({ engine, repository: join(scratch, 'repository'), runDirectory, passphrase, postgres, mariadb });
  const file = join(scratch, 'backup.yaml');
  await writeFile(file, text, { mode: 0o600 });
  console.log(`\n${file}\n${text.replace(/(pass\w+:) .*/g, '$1 …').replace(/^(?=.)/gm, '  ')}`);
  return file;
}
