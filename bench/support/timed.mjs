import { execFileSync, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/**
 * @typedef {object} Command
 * @property {string} file
 * @property {readonly string[]} args
 * @property {Readonly<Record<string, string | undefined>>} [env] besides this process's own
 * @property {string} [cwd]
 */

/**
 * Runs a command from start to end, with nothing left to be written to the disk by others.
 *
 * @param {Command} command
 * @returns {Promise<{ seconds: number, stdout: string }>}
 * @throws when it does not exit with 0: a failure is no figure
 */
export async function timed(command) {
  execFileSync('sync');
  const began = performance.now();
  const stdout = await run(command);
  return { seconds: (performance.now() - began) / 1000, stdout };
}

/**
 * Runs a command, which ends with this process.
 *
 * @param {Command} command
 * @returns {Promise<string>} what it prints
 * @throws when it does not exit with 0
 */
export async function run({ file, args, env, cwd }) {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', file, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  const [status, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (status === 0) return stdout;
  throw new Error(`${[file, ...args].join(' ')} failed (${status}): ${(stderr + stdout).trim().slice(-2000)}`);
}
