import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { program } from '../../scripts/servers/programs.mjs';
import { root } from '../../scripts/setup/workspace.mjs';
import { borgmaticCommand } from '../../test/reference/support/borgmatic-command.mjs';
import { run } from './timed.mjs';

/**
 * @import { Lab } from './lab.mjs'
 *
 * @typedef {Record<string, string>} Words
 */

/**
 * What a figure depends on besides the programs measured: nothing that tells whose machine it is.
 *
 * @param {Pick<Lab, 'servers' | 'engine' | 'storage'>} lab
 * @returns {Promise<Words>}
 */
export async function describeMachine({ servers, engine, storage }) {
  const isBorg = engine.name === 'borg';
  const mariadb =
    (await run({ file: program('mariadbd'), args: ['--version'] })).match(/(\d+(\.\d+)+)-MariaDB/)?.[1] ?? '';
  return {
    processors: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
    Node: process.versions.node,
    .../** @type {Words} */ (isBorg ? { Borg: await version('borg') } : { restic: await version('restic', 'version') }),
    PostgreSQL: await version(program('postgres')),
    MariaDB: mariadb,
    .../** @type {Words} */ (isBorg ? { borgmatic: await borgmaticVersion(servers) } : {}),
    dumpstream: JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8')).version,
    .../** @type {Words} */ (isBorg ? inWords(storage) : {}),
  };
}

/** @param {string} file @param {string} [verb] */
async function version(file, verb = '--version') {
  return (await run({ file, args: [verb] })).match(/\d+(\.\d+)+/)?.[0] ?? '';
}

/** @param {Lab['servers']} servers */
async function borgmaticVersion({ scratch }) {
  const home = await mkdtemp(join(scratch, 'home-'));
  return (await run(await borgmaticCommand(home, ['--version']))).trim();
}

/** @param {Lab['storage']} storage */
function inWords({ compression, chunkerParams }) {
  return { compression: compression ?? "Borg's default (lz4)", chunker: chunkerParams ?? "Borg's default" };
}
