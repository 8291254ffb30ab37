/**
 * A server process that ends with its starter: by `stop`, or by the kernel when the starter is killed.
 */
import { execFile, spawn } from 'node:child_process';
import { chmodSync, chownSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const patienceMs = 60_000;
// Database servers refuse to run as root: the user `nobody` of every Linux.
const unprivileged = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;

/** A minimal one: no setting of the caller's may reach a server. */
const env = { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };

/**
 * @param {readonly string[]} command
 * @param {string[]} [innermost] what must stand right before the command: a change of user clears the death signal
 * @returns {[string, string[]]}
 */
function asServerUser(command, innermost = []) {
  const [file = '', ...args] = [...innermost, ...command];
  if (!unprivileged) return [file, args];
  const { uid, gid } = unprivileged;
  return ['setpriv', ['--reuid', String(uid), '--regid', String(gid), '--clear-groups', file, ...args]];
}

/**
 * An empty directory that belongs to the user that servers run as.
 *
 * @param {string} path
 * @param {number} mode
 * @returns {string}
 */
export function makeServerDirectory(path, mode) {
  mkdirSync(path);
  chmodSync(path, mode);
  if (unprivileged) chownSync(path, unprivileged.uid, unprivileged.gid);
  return path;
}

/**
 * A file that only the user that servers run as can read.
 *
 * @param {string} path
 * @param {string} text
 * @returns {string}
 */
export function makeServerFile(path, text) {
  writeFileSync(path, text, { mode: 0o600 });
  if (unprivileged) chownSync(path, unprivileged.uid, unprivileged.gid);
  return path;
}

/**
 * Runs a command to its end, as the user that servers run as.
 *
 * @param {readonly string[]} command
 * @param {string} cwd
 */
export async function runAsServerUser(command, cwd) {
  const [file, args] = asServerUser(command);
  await promisify(execFile)(file, args, { cwd, env });
}

/**
 * @typedef {object} Daemon
 * @property {number} pid
 * @property {() => Promise<void>} stop ends the server and waits for its end; may be called more than once
 * @property {() => void} kill ends it at once and does not wait
 */

/**
 * Starts a server and waits until its log says that it is ready.
 *
 * @param {readonly string[]} command
 * @param {object} options
 * @param {string} options.cwd
 * @param {string} options.log
 * @param {RegExp} options.ready
 * @param {NodeJS.Signals} options.stopSignal
 * @param {NodeJS.Signals} options.killSignal
 * @param {boolean} [options.sameUser] as the caller's own user: for a program that may be out of other users' reach
 * @returns {Promise<Daemon>}
 */
export async function startDaemon(command, { cwd, log, ready, stopSignal, killSignal, sameUser = false }) {
  // Whoever died before the kernel was asked to tell of it is no longer the parent.
  const withParent = ['sh', '-c', '[ "$PPID" = "$0" ] && exec "$@"', String(process.pid)];
  const dyingToo = ['setpriv', '--pdeathsig', stopSignal.replace('SIG', ''), '--', ...withParent];
  const [file = '', ...args] = sameUser ? [...dyingToo, ...command] : asServerUser(command, dyingToo).flat();
  const output = openSync(log, 'w');
  // A process group of its own: Ctrl-C at the terminal is for the starter, which then stops the server.
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  /** @type {Error | undefined} */
  let failure;
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', (error) => {
      failure = error;
      resolve(undefined);
    });
  });
  child.unref();

  const deadline = Date.now() + patienceMs;
  while (!ready.test(readFileSync(log, 'utf8'))) {
    if (failure) throw failure;
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${command[0]} did not start:\n${readFileSync(log, 'utf8').slice(-4000)}`);
    }
    await sleep(20);
  }

  const { pid } = child;
  if (pid === undefined) throw new Error(`${command[0]} has no process`);
  return {
    pid,
    kill: () => void child.kill(killSignal),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      child.kill(stopSignal);
      const forced = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(forced);
    },
  };
}
