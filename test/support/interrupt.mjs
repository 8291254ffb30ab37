import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeScratch } from '../../scripts/servers/scratch.mjs';

/** @type {NodeJS.Signals[]} */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Has a signal to jest's main process end everything: its workers, which would otherwise go on with their tests, then the
 * servers, then the process itself.
 *
 * @param {{ scratch: string, stop: () => Promise<void> }} servers
 */
export function endOnSignals({ scratch, stop }) {
  /** @param {NodeJS.Signals} signal */
  const end = async (signal) => {
    for (const each of signals) process.off(each, end).on(each, () => {});
    killWorkers();
    // jest replaces those that have gone.
    const killing = setInterval(killWorkers, 50);
    await stop();
    // What the workers started ends by itself, and may have written something more.
    await sleep(500);
    await removeScratch(scratch);
    clearInterval(killing);
    for (const each of signals) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, end);
}

function killWorkers() {
  for (const thread of readdirSync('/proc/self/task')) {
    const children = readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean);
    for (const pid of children.filter(isWorker)) process.kill(Number(pid), 'SIGKILL');
  }
}

/** @param {string} pid */
function isWorker(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('jest-worker');
  } catch {
    return false;
  }
}
