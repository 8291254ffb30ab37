import { join } from 'node:path';
import { findProgram } from '../servers/programs.mjs';
import { missingRequirements } from './requirements.mjs';
import { exitStatus, run } from './run.mjs';

/**
 * Installs the system packages that are missing, as root or by a sudo that asks for no password.
 *
 * @param {{ tests: boolean }} options `tests`: what these need, too
 * @throws when it has not the right to, with the command that somebody who has it can run
 */
export async function ensureSystemPackages({ tests }) {
  const missing = missingRequirements({ tests });
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  const list = missing.map(({ name, programs }) => `  ${name} (for ${programs.join(', ')})`).join('\n');
  if (findProgram('apt-get') === undefined) {
    throw new Error(`these programs are missing; they are named after Debian's packages, install their like:\n${list}`);
  }
  const install = [process.execPath, join(import.meta.dirname, 'install-packages.mjs'), ...names];
  console.log(
    `Missing system packages, installed by apt-get without creating a cluster or starting a service:\n${list}`,
  );
  const [file = '', ...args] = await withRights(install);
  await uninterrupted(() => run(file, args));
  const still = missingRequirements({ tests }).flatMap(({ programs }) => programs);
  if (still.length > 0) throw new Error(`still missing after the installation: ${still.join(', ')}`);
}

/** @param {string[]} command */
async function withRights(command) {
  if (process.getuid?.() === 0) return command;
  const quiet = { stdio: /** @type {const} */ ('ignore') };
  if (findProgram('sudo') && (await exitStatus('sudo', ['-n', 'true'], quiet)) === 0) {
    return ['sudo', '-n', ...command];
  }
  const packages = command.slice(2).join(' ');
  throw new Error(
    `only root can install them. Run this as root, then try again:\n\n  ${command.map(quoted).join(' ')}\n\n` +
      `It runs \`apt-get install ${packages}\` and keeps PostgreSQL's package from creating a cluster.`,
  );
}

/**
 * Lets `work` come to its end before this process follows a signal: cut off, it would leave the system in disorder.
 *
 * @param {() => Promise<void>} work
 */
async function uninterrupted(work) {
  /** @type {NodeJS.Signals | undefined} */
  let received;
  const remember = (/** @type {NodeJS.Signals} */ signal) => {
    received = signal;
    console.log('The installation is finished first.');
  };
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, remember);
  await work().finally(() => {
    for (const signal of signals) process.off(signal, remember);
  });
  if (received) process.kill(process.pid, received);
}

/** @param {string} word */
function quoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
