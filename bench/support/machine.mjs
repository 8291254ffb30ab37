import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { program } from '../../scripts/servers/programs.mjs';
import { root } from '../../scripts/setup/workspace.mjs';
import { borgmaticCommand } from '../../test/reference/support/borgmatic-command.mjs';
import { run } from './timed.mjs';

/**
 * What a figure depends on besides the programs measured: nothing that tells whose machine it is.
 *
 * @param {Pick<import('./lab.mjs').Lab, 'servers' | 'storage'>} lab
 * @returns {Promise<Record<string, string>>}
 */
export async function describeMachine({ servers, storage }) {
  const home = await mkdtemp(join(servers.scratch, 'home-'));
  /** @param {string} file @param {string[]} args */
  const version = async (file, ...args) =>
    (await run({ file, args: [...args, '--version'] })).match(/\d+(\.\d+)+/)?.[0] ?? '';
  const mariadb =
    (await run({ file: program('mariadbd'), args: ['--version'] })).match(/(\d+(\.\d+)+)-MariaDB/)?.[1] ?? '';
  const borgmatic = await run(await borgmaticCommand(home, ['--version']));
  return {
    processors: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
    Node: process.versions.node,
    Borg: await version('borg'),
    PostgreSQL: await version(program('postgres')),
    MariaDB: mariadb,
    borgmatic: borgmatic.trim(),
    dumpstream: JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8')).version,
    compression: storage.compression ?? "Borg's default (lz4)",
    chunker: storage.chunkerParams ?? "Borg's default",
  };
}
