import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { both, type Fault } from '../fault.ts';
import type { Attempt, Cell } from '../support/cell.ts';

const ended = both({ codes: ['ended'] });

/** The machine that the library runs on, and the program that it is a part of. */
export const hostFaults: readonly Fault[] = [
  {
    id: 'runs-full',
    title: 'the run directory is full (a tmpfs)',
    root: true,
    varies: true,
    expect: both({ codes: ['RUN_DIRECTORY_UNSAFE', 'REPOSITORY_FAILED', 'DUMP_FAILED', 'RESTORE_FAILED'] }),
    arrange: (cell) => {
      // Pipes take no room but their names.
      mountRuns(cell, cell.format === 'directory' ? 'size=600k' : `nr_inodes=${cell.kind === 'backup' ? 6 : 3}`);
    },
  },
  {
    id: 'runs-read-only',
    title: 'the run directory is read-only',
    expect: both({ codes: ['RUN_DIRECTORY_UNSAFE'] }),
    arrange: (cell) => {
      if (process.getuid?.() === 0) return mountRuns(cell, 'ro'); // root does not ask for a directory's mode
      chmodSync(cell.runs, 0o500);
      cell.afterwards.push(() => chmodSync(cell.runs, 0o700));
    },
  },
  {
    id: 'runs-deleted',
    title: 'the run directory is deleted half-way',
    varies: true,
    expect: {
      backup: { codes: ['REPOSITORY_FAILED', 'RUN_DIRECTORY_UNSAFE', 'DUMP_FAILED'] },
      restore: { codes: ['REPOSITORY_FAILED', 'RUN_DIRECTORY_UNSAFE', 'RESTORE_FAILED', 'ok'] },
    },
    arrange: (cell) =>
      cell.halfWay(() => {
        for (const name of readdirSync(cell.runs)) rmSync(join(cell.runs, name), { recursive: true });
      }),
  },
  {
    id: 'host-sigterm',
    title: 'the host process gets SIGTERM',
    expect: ended,
    arrange: (cell) => killHost(cell, 'SIGTERM'),
  },
  {
    id: 'host-sigkill',
    title: 'the host process gets SIGKILL',
    expect: ended,
    arrange: (cell) => killHost(cell, 'SIGKILL'),
  },
  {
    id: 'caller-aborts',
    title: 'the caller aborts half-way',
    expect: both({ codes: ['ABORTED'] }),
    arrange: (cell) => {
      const abort = new AbortController();
      cell.options.signal = abort.signal;
      return cell.halfWay(() => abort.abort(new Error('enough')));
    },
  },
];

function mountRuns({ runs, afterwards }: Cell, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `mode=0700,${options}`, 'tmpfs', runs]);
  afterwards.push(() => execFileSync('umount', [runs]));
}

/** The call happens in a process of its own, which gets the signal half-way. */
async function killHost(cell: Cell, signal: NodeJS.Signals): Promise<void> {
  cell.patience = { processesMs: 5_000, sessionsMs: 5_000, filesLater: true };
  let kill: () => void = () => {};
  await cell.halfWay(() => kill());
  cell.call = async ({ kind, databases, family, options }): Promise<Attempt> => {
    const request = { verb: kind, config: cell.plain(), databases, section: family.section, options };
    const host = spawn(process.execPath, [join(import.meta.dirname, '../support/host.mjs')], {
      stdio: ['pipe', 'inherit', 'inherit'],
      // jest's own process is not the one that `process.env` here belongs to.
      env: process.env,
    });
    kill = () => void host.kill(signal);
    host.stdin.end(JSON.stringify(request));
    const [code, by] = await once(host, 'exit');
    if (by !== signal) throw new Error(`the host ended with ${code ?? by} before ${signal}`);
    return { outcome: 'ended', events: [] };
  };
}
