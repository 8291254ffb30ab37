import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { DatabaseRef } from '@dumpstream/core';
import { tempDir } from '../../../../test/support/servers.ts';

export interface MadeArchive {
  /** ISO 8601, UTC. */
  readonly time?: string;
  readonly host?: string;
  readonly databases?: readonly DatabaseRef[];
  /** Those that the manifest names as failed. */
  readonly failed?: readonly DatabaseRef[];
  /** Without: there is no manifest. */
  readonly whole?: boolean;
}

export function ref(name: string, more: Partial<DatabaseRef> = {}): DatabaseRef {
  return { hook: 'files', name, kind: 'database', ...more };
}

/** An archive of any time and host, as a backup would have made it, but for the dumps. */
export async function makeArchive(repository: string, name: string, made: MadeArchive = {}): Promise<void> {
  const {
    time = new Date().toISOString(),
    host = hostname(),
    databases = [ref('one')],
    failed = [],
    whole = true,
  } = made;
  const directory = await tempDir();
  const entry = (database: DatabaseRef, status: 'ok' | 'failed') => ({
    ...database,
    status,
    path: `dumpstream/files/localhost/${database.name}`,
    meta: { format: 'bytes' },
  });
  const manifest = {
    dumpstream: 1,
    version: '0.0.0',
    host,
    startedAt: time,
    finishedAt: time,
    databases: [...databases.map((each) => entry(each, 'ok')), ...failed.map((each) => entry(each, 'failed'))],
  };
  await mkdir(join(directory, 'dumpstream'));
  await writeFile(join(directory, 'dumpstream', whole ? 'manifest.json' : 'other'), JSON.stringify(manifest));
  const comment = JSON.stringify({ dumpstream: 1, host, databases }).replace(/[{}]/g, '$&$&');
  const args = [
    'create',
    '--timestamp',
    time.slice(0, 19),
    '--comment',
    comment,
    `${repository}::${name}`,
    'dumpstream',
  ];
  execFileSync('borg', args, {
    cwd: directory,
    env: { ...process.env, TZ: 'UTC', BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes' },
  });
}
