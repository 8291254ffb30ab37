import { execFile } from 'node:child_process';

/** @import { Server } from '../../scripts/servers/index.mjs' */

/**
 * @typedef {object} Target where SQL is to run
 * @property {Pick<Server, 'host' | 'port' | 'user' | 'password'>} server
 * @property {string} [database]
 * @property {AbortSignal} signal ends the client
 */

/**
 * Runs SQL in PostgreSQL and stops at the first error.
 *
 * @param {Target} target
 * @param {string} sql
 * @returns {Promise<string>} a line for each row, columns parted by `|`
 */
export function psql({ server, database = 'postgres', signal }, sql) {
  const args = ['--no-psqlrc', '--quiet', '--no-align', '--tuples-only', '--set=ON_ERROR_STOP=1', '--no-password'];
  const connection = [`--host=${server.host}`, `--port=${server.port}`, `--username=${server.user}`];
  return run('psql', [...args, ...connection, `--dbname=${database}`], { PGPASSWORD: server.password }, sql, signal);
}

/**
 * Runs SQL in MariaDB and stops at the first error.
 *
 * @param {Target} target
 * @param {string} sql
 * @returns {Promise<string>} a line for each row, columns parted by tabs; a line break in a value is `\n`
 */
export function mariadb({ server, database = '', signal }, sql) {
  const args = ['--no-defaults', '--batch', '--skip-column-names', '--default-character-set=utf8mb4'];
  const connection = [`--host=${server.host}`, `--port=${server.port}`, `--user=${server.user}`];
  return run(
    'mariadb',
    [...args, ...connection, `--database=${database}`],
    { MYSQL_PWD: server.password },
    sql,
    signal,
  );
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {Record<string, string>} env
 * @param {string} input
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 */
function run(file, args, env, input, signal) {
  return new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024, signal };
    const child = execFile(file, args, options, (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout.trimEnd());
    });
    // A client that stops early closes its input; its exit status tells why.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
