import { readdirSync, readFileSync } from 'node:fs';

/** Who lives and dies between two looks is not seen, nor what one computes after the last look at it. */
const lookEveryMs = 20;

/** What the processors computed beyond what was seen of any program. */
const unseen = 'too short to be seen';

/** In a second, of what /proc counts in (proc_pid_stat(5); Linux has had no other for long). */
const ticks = 100;

/**
 * @typedef {object} Seen one process
 * @property {string} program
 * @property {number} before what it had computed when the looking began, in seconds
 * @property {number} now
 */

/**
 * Looks at all processes of the machine, but for this one, until it is stopped.
 *
 * @returns {() => Map<string, number>} stops, and tells the seconds that each program computed
 */
export function watchPrograms() {
  const before = busySeconds() - ownSeconds();
  /** @type {Map<string, Seen>} by process and the time of its start */
  const seen = new Map();
  look(seen, true);
  const timer = setInterval(() => look(seen, false), lookEveryMs);
  return () => {
    clearInterval(timer);
    look(seen, false);
    /** @type {Map<string, number>} */
    const seconds = new Map();
    for (const { program, before, now } of seen.values()) {
      if (now > before) seconds.set(program, (seconds.get(program) ?? 0) + now - before);
    }
    const sum = [...seconds.values()].reduce((total, each) => total + each, 0);
    return seconds.set(unseen, Math.max(0, busySeconds() - ownSeconds() - before - sum));
  };
}

/** All processors, since they started (proc_stat(5)). */
function busySeconds() {
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, soft = 0] = (
    readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  )
    .trim()
    .split(/ +/)
    .slice(1)
    .map(Number);
  return (user + nice + system + interrupts + soft) / ticks;
}

function ownSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** @param {Map<string, Seen>} seen @param {boolean} isFirst */
function look(seen, isFirst) {
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const found = readStat(pid);
    if (found === undefined) continue;
    const { key, program, computed } = found;
    const known = seen.get(key);
    // One that starts as a shell or by setpriv becomes the program that it is for.
    if (known !== undefined) Object.assign(known, { program, now: computed });
    else seen.set(key, { program, before: isFirst ? computed : 0, now: computed });
  }
}

/** @param {string} pid */
function readStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = text.lastIndexOf(')');
    const fields = text.slice(end + 2).split(' '); // from the third field on
    const ticksOf = (/** @type {number} */ index) => Number(fields[index]);
    return {
      key: `${pid} ${fields[19]}`,
      program: text.slice(text.indexOf('(') + 1, end),
      computed: (ticksOf(11) + ticksOf(12)) / ticks,
    };
  } catch {
    return undefined; // it is gone
  }
}
