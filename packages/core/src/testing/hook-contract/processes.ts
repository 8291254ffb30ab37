import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** The processes that a piece of work starts, however they are started. */
export interface ProcessWatch {
  /** Their command lines, after a moment for those that are about to end. Empty where there is no `/proc`. */
  left(): Promise<readonly string[]>;
  stop(): void;
}

/** They are known by a variable that they inherit, or by their parent where they are given another environment. */
export function watchProcesses(): ProcessWatch {
  const marker = `DUMPSTREAM_CONTRACT_${randomBytes(6).toString('hex')}`;
  const before = new Set(children());
  process.env[marker] = '1';
  const running = () =>
    pids().filter(
      (pid) =>
        pid !== String(process.pid) &&
        (readOr(`/proc/${pid}/environ`).includes(marker) || (parentOf(pid) === process.pid && !before.has(pid))) &&
        commandLine(pid) !== '',
    );
  return {
    left: async () => {
      for (let round = 0; round < 20 && running().length > 0; round++) await wait(50);
      return running().map(commandLine);
    },
    stop: () => {
      delete process.env[marker];
    },
  };
}

function children(): string[] {
  return pids().filter((pid) => parentOf(pid) === process.pid);
}

function pids(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return []; // no Linux
  }
}

function parentOf(pid: string): number {
  // After the name, in parentheses, come state and parent: proc(5).
  return Number(readOr(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[1]);
}

/** Empty of one that has ended. */
function commandLine(pid: string): string {
  return readOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
