import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a command to its end, its output shown.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @throws when it does not exit with status 0
 */
export async function run(file, args, options = {}) {
  const status = await exitStatus(file, args, options);
  if (status !== 0) throw new Error(`${[file, ...args].join(' ')} failed (${status})`);
}

/**
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number | string>} exit status, or the signal that ended it
 */
export async function exitStatus(file, args, options = {}) {
  const child = spawn(file, [...args], { stdio: ['ignore', 'inherit', 'inherit'], ...options });
  const [code, signal] = await once(child, 'exit');
  return code ?? signal;
}
