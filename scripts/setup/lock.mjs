import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findProgram } from '../servers/programs.mjs';

/**
 * Runs `work` while no other process runs its own under the same file. Holds even if this process is killed: the lock is
 * that of a `cat`, which ends with its input. Without flock(1), as on macOS, nothing is locked.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  const flock = findProgram('flock');
  if (flock === undefined) return work();
  // A process group of its own: Ctrl-C must not end it before the work.
  const holder = spawn(flock, ['--exclusive', file, 'cat'], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = setTimeout(() => console.log('waiting for another set-up to end'), 1000);
  try {
    holder.stdin.write('\n');
    // An echo comes when the lock is held.
    const [echo] = await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')]);
    if (!(echo instanceof Buffer)) throw new Error(`${file} cannot be locked`);
    clearTimeout(waiting);
    return await work();
  } finally {
    clearTimeout(waiting);
    holder.stdin.end();
  }
}
