import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Living processes that have something of the cell in their environment, arguments or working directory. */
export function processesOf(directory: string): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) =>
      [
        orEmpty(() => readFileSync(`/proc/${pid}/environ`, 'latin1')),
        orEmpty(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1')),
        orEmpty(() => readlinkSync(`/proc/${pid}/cwd`)),
      ].some((text) => text.includes(directory)),
    )
    .map((pid) =>
      orEmpty(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1'))
        .replaceAll('\0', ' ')
        .trim(),
    )
    .filter((commandLine) => commandLine !== '');
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
