import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startDaemon } from '../../../scripts/servers/daemon.mjs';
import { makeScratch, removeScratch } from '../../../scripts/servers/scratch.mjs';
import { servers } from '../../support/servers.ts';
import type { Account, Connection, Family } from './family.ts';

/** A server that a cell may kill. */
export interface OwnServer {
  readonly connection: Connection;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again, over the same files and on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function ownServer(family: Family, account: Account): Promise<OwnServer> {
  const scratch = makeScratch();
  const started = await family.start(scratch);
  const isPostgres = family.shared === servers.postgres;
  const words = readFileSync(`/proc/${started.pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  let running: { pid: number; stop: () => Promise<void>; kill: () => void } = started;
  await family.makeAccount(started, account);
  return {
    connection: started,
    kill: async () => {
      running.kill();
      while (isAlive(running.pid)) await wait(20);
    },
    start: async () => {
      running = await startDaemon(words, {
        cwd: started.socketDirectory,
        log: join(scratch, 'again.log'),
        ready: isPostgres ? /database system is ready to accept connections/ : /ready for connections/,
        stopSignal: isPostgres ? 'SIGINT' : 'SIGTERM',
        killSignal: isPostgres ? 'SIGQUIT' : 'SIGKILL',
      });
    },
    stop: async () => {
      await running.stop();
      await removeScratch(scratch);
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
