import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';
import type { DatabaseHook } from '@dumpstream/core';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { describe } from '@jest/globals';
import { entryOf, servers } from '../../../../test/support/servers.ts';

/** A server of one family, with the programs of that family. */
export interface Lab {
  readonly title: 'MariaDB' | 'MySQL';
  readonly hook: () => DatabaseHook;
  readonly connection: {
    readonly hostname: string;
    readonly port: number;
    readonly username: string;
    readonly password: string;
  };
  readonly client: string;
  readonly dumper: string;
  readonly dumperArgs: readonly string[];
}

export const mariadbLab: Lab = {
  title: 'MariaDB',
  hook: mariadb,
  connection: entryOf(servers.mariadb),
  client: 'mariadb',
  dumper: 'mariadb-dump',
  dumperArgs: ['--dump-history'],
};

/** Oracle's, where there is one: `mysql://root:password@127.0.0.1:3306`, and the directory of its client programs. */
const { DUMPSTREAM_TEST_MYSQL_URL: url, DUMPSTREAM_TEST_MYSQL_CLIENTS: clients } = process.env;
if (clients !== undefined) process.env.PATH = `${clients}${delimiter}${process.env.PATH}`;
const oracle = new URL(url ?? 'mysql://127.0.0.1');

const mysqlLab: Lab = {
  title: 'MySQL',
  hook: mysql,
  connection: {
    hostname: oracle.hostname,
    port: Number(oracle.port || 3306),
    username: oracle.username,
    password: decodeURIComponent(oracle.password),
  },
  client: 'mysql',
  dumper: 'mysqldump',
  dumperArgs: ['--set-gtid-purged=OFF'],
};

/** The tests that hold for both families. Those of Oracle's are shown as skipped where there is no such server. */
export function onEachServer(tests: (lab: Lab) => void): void {
  describe('MariaDB', () => tests(mariadbLab));
  const tried = url === undefined ? describe.skip : describe;
  tried(`MySQL${url === undefined ? ' (not tried: DUMPSTREAM_TEST_MYSQL_URL names no server)' : ''}`, () =>
    tests(mysqlLab),
  );
}

/** Runs SQL, stopping at the first error; a line for each row, columns parted by tabs. */
export function sql(lab: Lab, database: string, statements: string | Buffer): Promise<string> {
  const args = ['--batch', '--skip-column-names', '--comments', '--binary-mode', `--database=${database}`];
  return run(lab, lab.client, args, statements);
}

/** The whole database in words, its own name left out: a dump made without the hook. */
export async function picture(lab: Lab, database: string): Promise<string> {
  const args = ['--routines', '--events', '--triggers', '--hex-blob', '--skip-comments', ...lab.dumperArgs];
  const dump = await run(lab, lab.dumper, [...args, '--', database], '');
  const quoted = `\`${database.replaceAll('`', '``')}\``;
  return dump
    .replaceAll(new RegExp(`["\`]?${database}["\`]? ?\\. ?`, 'g'), '')
    .replaceAll(`ALTER DATABASE ${quoted}`, 'ALTER DATABASE');
}

function run(lab: Lab, file: string, args: readonly string[], input: string | Buffer): Promise<string> {
  const { hostname, port, username, password } = lab.connection;
  const connection = ['--no-defaults', '--default-character-set=utf8mb4', '--protocol=tcp', `--host=${hostname}`];
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      [...connection, `--port=${port}`, `--user=${username}`, ...args],
      { env: { ...process.env, MYSQL_PWD: password }, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout) => (error === null ? resolve(stdout.trimEnd()) : reject(error)),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
