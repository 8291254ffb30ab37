import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Config, parseConfig } from '@dumpstream/core';
import { expect, jest } from '@jest/globals';
import { processesOf } from '../../../../test/faults/support/processes.ts';
import { tempDir } from '../../../../test/support/servers.ts';
import { filesHook } from '../../../core/test/support/files-hook.ts';
import { pidsNaming } from '../../../core/test/support/workbench.ts';
import { restic } from '../../src/index.ts';
import { makeQuickRepository, passphrase } from './quick-repository.ts';
import { onDisk, type Place } from './servers.ts';

// See the README for what restic waits for now and then.
jest.setTimeout(240_000);

/** A restic repository, and files that stand for databases. */
export interface Bench {
  readonly directory: string;
  readonly data: string;
  readonly runs: string;
  readonly place: Place;
  /** The whole configuration as YAML would give it. */
  plain(databases?: readonly object[], repository?: object): Record<string, unknown>;
  /** @param repository more keys of the repository's entry */
  config(databases?: readonly object[], repository?: object): Config;
  /** What restic itself prints. */
  restic(...args: readonly string[]): Promise<string>;
}

export async function makeBench(
  at?: Place,
  files: Readonly<Record<string, number>> = { one: 3_000_000, two: 3_000_000 },
): Promise<Bench> {
  const directory = await tempDir();
  const [data, runs] = [join(directory, 'data'), join(directory, 'runs')];
  await mkdir(data);
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(data, name), randomBytes(bytes));
  mkdirSync(runs, { mode: 0o700 });
  const place = at ?? onDisk(join(directory, 'repository'));
  const environment = { ...place.environment, RESTIC_CACHE_DIR: join(directory, 'cache') };
  const plain = (databases: readonly object[] = Object.keys(files).map((name) => ({ name })), repository = {}) => ({
    repositories: [{ path: place.path, engine: 'restic', environment, ...repository }],
    borgmatic_source_directory: runs,
    encryption_passphrase: passphrase,
    files: databases.map((database) => ({ directory: data, ...database })),
  });
  const config = (databases?: readonly object[], repository?: object) =>
    parseConfig(plain(databases, repository), { hooks: [filesHook()], repositories: [restic()] });
  await makeQuickRepository(place);
  const { RESTIC_REST_USERNAME: user, RESTIC_REST_PASSWORD: password } = place.environment;
  const account = user === undefined ? '://' : `://${user}:${password}@`;
  const env = {
    ...process.env,
    ...environment,
    RESTIC_REPOSITORY: place.path.replace('://', account),
    RESTIC_PASSWORD: passphrase,
  };
  return {
    directory,
    data,
    runs,
    place,
    plain,
    config,
    // Not in one go: the way to the repository is one of this process.
    restic: async (...args) => (await promisify(execFile)('restic', args, { env, maxBuffer: 1e8 })).stdout,
  };
}

/** Of all that the repository has: the tag that says which item or archive each is. */
export async function snapshotsIn(bench: Bench): Promise<string[]> {
  const snapshots = JSON.parse(await bench.restic('snapshots', '--json', '--no-lock')) as { tags?: string[] }[] | null;
  const telling = (tags: readonly string[]) => tags.find((tag) => /^(?:item|archive|files):/.test(tag));
  return (snapshots ?? []).map(({ tags = [] }) => telling(tags) ?? 'not ours').sort();
}

/** No snapshot but these, no lock, no run directory, no process. */
export async function expectOnly(bench: Bench, snapshots: readonly string[] = []): Promise<void> {
  expect(await snapshotsIn(bench)).toEqual([...snapshots].sort());
  await expectQuiet(bench);
}

/** Nothing goes on any more. */
export async function expectQuiet(bench: Bench): Promise<void> {
  expect((await bench.restic('list', 'locks', '--no-lock')).trim()).toBe('');
  expect(readdirSync(bench.runs)).toEqual([]);
  expect(processesOf(bench.directory)).toEqual([]);
}

/** The snapshots of a whole archive. */
export function snapshotsOf(archive: string, ...databases: readonly string[]): string[] {
  return [`archive:${archive}`, ...databases.map((name) => `item:dumpstream/files/localhost/${name}`)];
}

/** Processes with this in their command line that work on what lies below that directory, which stands in a restic's environment alone. */
export function pidsOf(directory: string, text: string): number[] {
  return pidsNaming(text).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(directory);
    } catch {
      return false; // it has gone
    }
  });
}
