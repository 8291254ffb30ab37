import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import type { Servers } from '../scripts/servers/index.mjs';

const servers = join(import.meta.dirname, '../scripts/servers/index.mjs');

const starters: ChildProcess[] = [];

afterEach(async () => {
  for (const starter of starters.splice(0)) {
    if (starter.exitCode !== null || starter.signalCode !== null) continue;
    starter.kill('SIGKILL');
    await once(starter, 'exit');
  }
});

/** A process of its own that starts servers and does nothing more. */
async function starter(): Promise<{ process: ChildProcess; started: Servers }> {
  const program = `
    const { startServers } = await import(${JSON.stringify(servers)});
    console.log(JSON.stringify(await startServers()));
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  starters.push(child);
  const [line] = await once(createInterface(child.stdout), 'line');
  return { process: child, started: JSON.parse(line) };
}

/** A zombie, which nobody may be there to reap, is dead. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function gone({ postgres, mariadb }: Servers): Promise<void> {
  while (isAlive(postgres.pid) || isAlive(mariadb.pid)) await sleep(50);
}

test('a signal to who started the servers stops them and removes their files', async () => {
  const { process, started } = await starter();
  expect([isAlive(started.postgres.pid), isAlive(started.mariadb.pid)]).toEqual([true, true]);
  process.kill('SIGTERM');
  expect(await once(process, 'exit')).toEqual([null, 'SIGTERM']);
  expect([isAlive(started.postgres.pid), isAlive(started.mariadb.pid)]).toEqual([false, false]);
  expect(existsSync(started.scratch)).toBe(false);
});

test('servers end with one who is killed, and the next start removes the files', async () => {
  const { process, started } = await starter();
  process.kill('SIGKILL');
  await once(process, 'exit');
  await gone(started);

  const next = await starter();
  expect(existsSync(started.scratch)).toBe(false);
  expect(existsSync(next.started.scratch)).toBe(true);
  next.process.kill('SIGINT');
  await once(next.process, 'exit');
  expect(existsSync(next.started.scratch)).toBe(false);
});
