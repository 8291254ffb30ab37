/**
 * Temporary directories that a later run recognises and removes when their maker was killed: the name holds the
 * maker's pid and its start time, since a pid alone is soon somebody else's.
 */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pattern = /^dumpstream-(\d+)-(\d+)-\w{6}$/;

/**
 * An empty directory that everybody may pass through and only this user may change. Directories of dead makers are
 * removed on the way.
 *
 * @returns {string}
 */
export function makeScratch() {
  removeLeftovers();
  const path = mkdtempSync(join(tmpdir(), `dumpstream-${process.pid}-${startTime(process.pid)}-`));
  chmodSync(path, 0o711);
  return path;
}

/**
 * Removes a scratch directory, also while somebody still writes there: a program just ended by a signal takes a moment.
 *
 * @param {string} path
 */
export async function removeScratch(path) {
  for (let attempt = 1; ; attempt++) {
    try {
      rmSync(path, { recursive: true, force: true });
      return;
    } catch (error) {
      if (attempt === 50) throw error;
      await sleep(100);
    }
  }
}

function removeLeftovers() {
  for (const entry of readdirSync(tmpdir())) {
    const [, pid, started] = pattern.exec(entry) ?? [];
    if (pid === undefined || startTime(Number(pid)) === started) continue;
    const path = join(tmpdir(), entry);
    if (statSync(path, { throwIfNoEntry: false })?.uid !== process.getuid?.()) continue;
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 5 });
    } catch {
      // Its maker's last processes still write there, or another start removes it, too: a later start tries again.
    }
  }
}

/**
 * When a process began, in clock ticks since boot.
 *
 * @param {number} pid
 * @returns {string} empty where there is no such process, or only its zombie
 */
function startTime(pid) {
  try {
    // The second field, the program's name, may hold spaces and brackets.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}
