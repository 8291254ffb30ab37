import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a throwaway server is, and who may do everything there. */
interface TestServer {
  readonly host: string;
  readonly port: number;
  readonly socketDirectory: string;
  readonly user: string;
  readonly password: string;
  readonly pid: number;
}

interface TestServers {
  readonly postgres: TestServer;
  readonly mariadb: TestServer & { readonly socketPath: string };
  readonly scratch: string;
}

const coordinates = process.env.DUMPSTREAM_TEST_SERVERS;
if (coordinates === undefined) throw new Error("the tests' servers are not running: jest's global set-up starts them");

/** The servers of this run, shared by all its tests: what a test makes there it names by {@link uniqueName} and drops. */
export const servers: TestServers = JSON.parse(coordinates);

/**
 * Runs SQL as the superuser, stopping at the first error.
 *
 * @returns what it prints: a line for each row, columns parted by `|`
 */
export function psql(database: string, sql: string): Promise<string> {
  const { host, port, user, password } = servers.postgres;
  const args = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', host, '-p', String(port), '-U', user];
  // The name in the environment is taken literally, even one with `=` in it.
  return run(
    'psql',
    args,
    {
      PGDATABASE: database,
      PGPASSWORD: password,
      PGOPTIONS: '-c client_min_messages=warning',
      PGCLIENTENCODING: 'UTF8',
    },
    sql,
  );
}

/**
 * Runs SQL as root, stopping at the first error.
 *
 * @param database empty for none
 * @returns what it prints: a line for each row, columns parted by tabs
 */
export function mariadb(database: string, sql: string): Promise<string> {
  const { host, port, user, password } = servers.mariadb;
  const args = [
    '--no-defaults',
    '--default-character-set=utf8mb4',
    '--batch',
    '--skip-column-names',
    `--host=${host}`,
    `--port=${port}`,
    `--user=${user}`,
  ];
  return run('mariadb', [...args, `--database=${database}`], { MYSQL_PWD: password }, sql);
}

function run(file: string, args: readonly string[], env: Record<string, string>, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 256 * 1024 * 1024 };
    const child = execFile(file, args, options, (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout.trimEnd());
    });
    // A client that stops early closes its input; its exit status tells why.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** A name that no other test uses, on these servers or elsewhere: `users_1f0c9a7e`. */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomBytes(4).toString('hex')}`;
}

/** An empty directory, mode 0700, removed when the run ends. */
export function tempDir(): Promise<string> {
  return mkdtemp(join(servers.scratch, 'test-'));
}
