import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, initRepository, parseConfig } from '@dumpstream/core';
import { expect } from '@jest/globals';
import { tempDir } from '../../../../../test/support/servers.ts';
import { filesHook } from '../../support/files-hook.ts';
import { processesNaming } from '../../support/workbench.ts';

/** A directory repository, and files that stand for databases. */
export interface Bench {
  readonly directory: string;
  readonly data: string;
  readonly repository: string;
  readonly runs: string;
  /** The whole configuration as YAML would give it. */
  plain(databases?: readonly object[]): Record<string, unknown>;
  config(databases?: readonly object[]): Config;
}

export async function makeBench(
  files: Readonly<Record<string, number>> = { one: 3_000_000, two: 3_000_000 },
): Promise<Bench> {
  const directory = await tempDir();
  const [data, repository, runs] = [join(directory, 'data'), join(directory, 'repository'), join(directory, 'runs')];
  await mkdir(data);
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(data, name), randomBytes(bytes));
  mkdirSync(runs, { mode: 0o700 });
  const plain = (databases: readonly object[] = Object.keys(files).map((name) => ({ name }))) => ({
    repositories: [{ path: repository, engine: 'directory' }],
    borgmatic_source_directory: runs,
    files: databases.map((database) => ({ directory: data, ...database })),
  });
  const config = (databases?: readonly object[]) => parseConfig(plain(databases), { hooks: [filesHook()] });
  await initRepository(config());
  return { directory, data, repository, runs, plain, config };
}

/** All that a repository holds, but for what says that it is one. */
export function namesIn(repository: string): string[] {
  return readdirSync(repository)
    .filter((name) => name !== '.dumpstream-repository.json')
    .sort();
}

/** No archive but these, no part of one, no run directory, no process. */
export function expectOnly({ repository, runs, directory }: Bench, archives: readonly string[] = []): void {
  expect(namesIn(repository)).toEqual(archives.map(encodeURIComponent).sort());
  expect(readdirSync(runs)).toEqual([]);
  expect(processesNaming(directory)).toEqual([]);
  expect(processesUsing(directory)).toEqual([]);
}

/** Processes other than this one that have something open at or below a path: the program that stores the bytes names none. */
export function processesUsing(path: string): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) => openIn(pid).some((file) => file.startsWith(path)))
    .map(Number);
}

function openIn(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    return []; // it has ended meanwhile
  }
}
