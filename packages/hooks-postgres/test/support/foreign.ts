import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '../../../../test/support/servers.ts';
import type { Connection } from './bench.ts';

/** Runs a client program on a server. */
export function runClient(
  file: string,
  { hostname, port, username, password }: Connection,
  ...args: readonly string[]
): Buffer {
  const connection = ['-h', hostname, '-p', String(port), '-U', username];
  return execFileSync(file, [...connection, ...args], {
    env: { ...process.env, PGPASSWORD: password },
    maxBuffer: 256 * 1024 * 1024,
  });
}

/**
 * An archive as borgmatic makes them.
 * @param dump is given where the dump is to be
 */
export async function foreignArchive(
  repository: string,
  archive: string,
  database: string,
  dump: (path: string) => unknown,
): Promise<void> {
  const directory = await tempDir();
  const folder = '.borgmatic/postgresql_databases/localhost';
  await mkdir(join(directory, folder), { recursive: true });
  await dump(join(directory, folder, database));
  execFileSync('borg', ['create', `${repository}::${archive}`, '.borgmatic'], { cwd: directory, stdio: 'pipe' });
}
