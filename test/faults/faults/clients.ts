import { both, type Exclusion, type Expectation, type Fault, type Kind } from '../fault.ts';
import type { Cell } from '../support/cell.ts';
import { half } from '../support/wrapper.ts';

const says = /fault: the disk is gone/;
const failed: Readonly<Record<Kind, Expectation>> = {
  backup: { codes: ['DUMP_FAILED'], names: 'database', says },
  restore: { codes: ['RESTORE_FAILED'], names: 'database', says },
};
/** Longer than anything stands still on a machine that has much to do. */
export const stallTimeoutMs = 8_000;

/** Not known to be a stall. */
export const afterTheLastByte: Exclusion = {
  kind: 'restore',
  formats: ['directory'],
  because:
    'A directory is out of the archive before its client begins. With the last byte a client has work of its own to do, such ' +
    'as indexes, and may take as long as it likes: no stall is looked for.',
};

const die = 'echo "fault: the disk is gone" >&2; exit 3';

/** Shell text: half of the dump goes through. Of a directory what is written last goes, or is not restored. */
function halfOf({ kind, format }: Cell): string {
  if (kind === 'backup') {
    return format === 'directory'
      ? `"$real" "$@"; for word; do case "$word" in --file=*) rm "\${word#--file=}/toc.dat";; esac; done`
      : `"$real" "$@" | head -c ${half}`;
  }
  return format === 'directory'
    ? `"$real" --section=pre-data --section=data "$@"`
    : `head -c ${half} | "$real" "$@" 2>/dev/null`;
}

/** The programs that dump and load. */
export const clientFaults: readonly Fault[] = [
  {
    id: 'client-start',
    title: 'the client exits non-zero at the start',
    expect: failed,
    arrange: (cell) => void cell.wrapClient(die),
  },
  {
    id: 'client-half-way',
    title: 'the client exits non-zero half-way',
    expect: failed,
    arrange: (cell) => void cell.wrapClient(`${halfOf(cell)}; ${die}`),
  },
  {
    id: 'client-last-byte',
    title: 'the client exits non-zero after its last byte',
    expect: failed,
    arrange: (cell) => void cell.wrapClient(`"$real" "$@"; ${die}`),
  },
  {
    id: 'client-after-closing',
    title: 'the client exits non-zero some seconds after closing its output, or its input',
    expect: failed,
    arrange: (cell) =>
      void cell.wrapClient(`"$real" "$@"; exec ${cell.kind === 'backup' ? '>&-' : '<&-'}; sleep 2; ${die}`),
  },
  {
    id: 'client-killed',
    title: 'the client is killed by a signal half-way',
    expect: {
      backup: { codes: ['DUMP_FAILED'], names: 'database', says: /SIGKILL/ },
      restore: { codes: ['RESTORE_FAILED'], names: 'database', says: /SIGKILL/ },
    },
    arrange: (cell) => void cell.wrapClient(`${halfOf(cell)}; kill -KILL $$`),
  },
  {
    id: 'client-stalls',
    title: 'the client stalls for ever half-way',
    exclusions: [afterTheLastByte],
    expect: both({ codes: ['STALLED'], names: 'database' }),
    arrange: (cell) => {
      cell.options.stallTimeoutMs = stallTimeoutMs;
      cell.wrapClient(`${cell.kind === 'restore' ? `head -c ${half} > /dev/null` : halfOf(cell)}; sleep 600`);
    },
  },
];
