import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a throwaway server is, and who may do everything there. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

interface TestServer extends Connection {
  readonly socketDirectory: string;
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
export const psql = psqlOf(servers.postgres);

/**
 * Runs SQL as root, stopping at the first error.
 *
 * @param database empty for none
 * @returns what it prints: a line for each row, columns parted by tabs
 */
export const mariadb = mariadbOf(servers.mariadb);

/** The same server in the keys of a database's entry. */
export function entryOf({ host, port, user, password }: Connection) {
  return { hostname: host, port, username: user, password };
}

type Client = (database: string, sql: string) => Promise<string>;

/** The same for a server of one's own. */
export function psqlOf({ host, port, user, password }: Connection): Client {
  const args = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', host, '-p', String(port), '-U', user];
  // The name in the environment is taken literally, even one with `=` in it.
  const env = { PGPASSWORD: password, PGOPTIONS: '-c client_min_messages=warning', PGCLIENTENCODING: 'UTF8' };
  return (database, sql) => run('psql', args, { ...env, PGDATABASE: database }, sql);
}

/** The same for a server of one's own. */
export function mariadbOf({ host, port, user, password }: Connection): Client {
  const args = [
    '--no-defaults',
    '--default-character-set=utf8mb4',
    '--batch',
    '--skip-column-names',
    `--host=${host}`,
    `--port=${port}`,
    `--user=${user}`,
  ];
  return (database, sql) => run('mariadb', [...args, `--database=${database}`], { MYSQL_PWD: password }, sql);
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
