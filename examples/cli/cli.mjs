#!/usr/bin/env node
/** A command-line tool: each command is one verb of the library, and each option one of the verb's. */
import { constants } from 'node:os';
import { pipeline } from 'node:stream/promises';
import {
  BackupError,
  backup,
  check,
  compact,
  extract,
  initRepository,
  listArchives,
  loadConfig,
  prune,
  restore,
} from '@dumpstream/core';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { Command, Option } from 'commander';
import { archives, checked, compacted, outcome, pruned } from './show.mjs';

/** @import { Config, Event } from '@dumpstream/core' */
/** @import { OptionValues } from 'commander' */

/** What is wrong with these is found before anything is begun. */
const mistakes = new Set(['CONFIG_INVALID', 'HOOK_MISSING', 'REPOSITORY_AMBIGUOUS', 'DATABASE_AMBIGUOUS']);

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stopping.abort(name));
// Whoever reads the output has gone: `dumps list | head -1`.
process.stdout.on('error', (error) => stopping.abort(error));

const program = new Command('dumps')
  .description('Backs up databases into Borg archives, and restores them.')
  .option('-c, --config <file>', 'the configuration', 'backup.yaml')
  .option('-r, --repository <path-or-label>', 'one of those configured; default: all, where that can be')
  .option('--json', 'print what came out, or the error, as one JSON value')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

const archive = () => new Option('-a, --archive <name>', 'its name or id, or `latest`').makeOptionMandatory();
const hook = () =>
  new Option('--hook <key>', 'of the databases, where several have the same name: postgresql_databases');
const dryRun = () => new Option('-n, --dry-run', 'look whether it would work, and change nothing');

program
  .command('init')
  .description('make a repository')
  .option('-e, --encryption <mode>', "Borg's word for it", 'repokey-blake2')
  .action(
    verb(
      (config, options) => initRepository(config, { encryption: options.encryption, ...options }),
      () => 'The repository is made.',
    ),
  );

program
  .command('backup')
  .description('dump all databases into a new archive of every repository')
  .addOption(dryRun())
  .addOption(new Option('--on-dump-failure <what>').choices(['abort', 'continue']))
  .action(verb(backup, outcome));

program
  .command('list')
  .description('list archives, and the databases in them')
  .option('--last <n>', 'only the newest', Number)
  .action(verb(listArchives, archives));

program
  .command('restore')
  .description('restore all databases of an archive, or some of them')
  .addOption(archive())
  .option('-d, --database <name...>', 'only these')
  .addOption(hook())
  .option('--as <name>', 'under another name; of one database alone')
  .option('--hostname <host>', 'to another server')
  .option('--port <port>', 'to another server', Number)
  .option('--username <user>', 'as another user')
  .addOption(new Option('--strategy <how>').choices(['swap', 'in-place']))
  .addOption(dryRun())
  .action(
    verb((config, options) => {
      const databases = options.database?.map((/** @type {string} */ name) => ({ name, hook: options.hook }));
      const { as: name, hostname, port, username } = options;
      return restore(config, {
        archive: options.archive,
        ...options,
        databases,
        to: { name, hostname, port, username },
      });
    }, outcome),
  );

program
  .command('extract')
  .description('write one dump to the standard output; it is whole only if the exit status is 0')
  .addOption(archive())
  .requiredOption('-d, --database <name>')
  .addOption(hook())
  .action(async (_options, command) => {
    const { config: file, archive, database: name, hook, repository } = command.optsWithGlobals();
    const choice = { archive, database: { name, hook }, repository, signal: stopping.signal };
    await pipeline(extract(await configured(file), choice), process.stdout, { end: false });
  });

program
  .command('prune')
  .description('remove the archives that no keep_… of the configuration keeps')
  .addOption(dryRun())
  .action(verb((config, options) => prune(config, { compact: true, ...options }), pruned));

program.command('compact').description('give back the space of what was removed').action(verb(compact, compacted));

program
  .command('check')
  .description('look for damage')
  .option('--verify-data', 'read all data, which takes long')
  .action(verb(check, checked));

await program.parseAsync().catch((error) => {
  process.exitCode = exitStatus(error);
  if (program.opts().json) console.log(JSON.stringify({ error }, null, 2));
  else if (error instanceof BackupError) console.error(`${error.code}: ${error.message}\n${error.hint}`);
  else console.error(error);
});

/** @param {BackupError} error */
function exitStatus({ code, cause }) {
  if (mistakes.has(code)) return 2;
  const signal = Object.entries(constants.signals).find(([name]) => name === cause);
  return code === 'ABORTED' && signal !== undefined ? 128 + signal[1] : 1;
}

/**
 * @template T
 * @param {(config: Config, options: any) => Promise<T>} run
 * @param {(result: T) => string} show
 */
function verb(run, show) {
  return async (/** @type {OptionValues} */ _options, /** @type {Command} */ command) => {
    const { config: file, json, ...options } = command.optsWithGlobals();
    const result = await run(await configured(file), {
      ...options,
      signal: stopping.signal,
      onEvent: json ? () => {} : warn,
    });
    console.log(json ? JSON.stringify(result ?? null, null, 2) : show(result));
  };
}

/** @param {string} file */
function configured(file) {
  return loadConfig(file, { hooks: [postgresql(), mysql(), mariadb()] });
}

/** @param {Event} event */
function warn(event) {
  if (event.type === 'warning') console.error(`warning: ${event.message}`);
}
