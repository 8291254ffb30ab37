import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, initRepository, parseConfig } from '@dumpstream/core';
import { expect } from '@jest/globals';
import { tempDir } from '../../../../test/support/servers.ts';
import { filesHook } from './files-hook.ts';

/** A directory with a repository, a base for run directories, and files that stand for databases. */
export interface Workbench {
  readonly directory: string;
  readonly repository: string;
  readonly runs: string;
  /** The whole configuration as YAML would give it. */
  plain(databases: readonly object[]): Record<string, unknown>;
  config(databases: readonly object[]): Config;
}

/** Every dump of one with 3 MB takes long enough for something to happen to it. */
export async function workbench(files: Readonly<Record<string, number>> = { one: 3_000_000, two: 3_000_000 }) {
  const directory = await tempDir();
  const data = join(directory, 'data');
  await mkdir(data);
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(data, name), randomBytes(bytes));
  const repository = join(directory, 'repository');
  const runs = join(directory, 'runs');
  mkdirSync(runs, { mode: 0o700 });
  const plain = (databases: readonly object[]) => ({
    repositories: [repository],
    borgmatic_source_directory: runs,
    files: databases.map((database) => ({ directory: data, ...database })),
  });
  const bench: Workbench = {
    directory,
    repository,
    runs,
    plain,
    config: (databases) => parseConfig(plain(databases), { hooks: [filesHook()] }),
  };
  await initRepository(bench.config([]), { encryption: 'none' });
  return bench;
}

export function archiveNames(repository: string): string[] {
  return borg('list', '--short', '--consider-checkpoints', repository).split('\n').filter(Boolean);
}

/** No archive of any kind, a clean check, no run directory, no process: nothing of a failed call is left. */
export function expectNothingLeft(bench: Workbench, archives: readonly string[] = []): void {
  expect(archiveNames(bench.repository)).toEqual(archives);
  borg('check', bench.repository);
  expect(readdirSync(bench.runs)).toEqual([]);
  expect(processesNaming(bench.directory)).toEqual([]);
}

/** Command lines of the living processes that have this text in theirs or work in it. */
export function processesNaming(text: string): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .map((pid) => readOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim())
    .filter((commandLine) => commandLine.includes(text));
}

/** Process ids of the living processes whose command line has this text. */
export function pidsNaming(text: string): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) => readOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').includes(text))
    .map(Number);
}

export function borg(...args: string[]): string {
  const env = {
    ...process.env,
    BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes',
    BORG_RELOCATED_REPO_ACCESS_IS_OK: 'no',
  };
  return execFileSync('borg', args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
