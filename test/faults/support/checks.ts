import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type BackupReport, backup, listArchives, type RestoreReport, restore } from '@dumpstream/core';
import { expect } from '@jest/globals';
import { differences } from '../../../examples/demo/snapshot/compare.mjs';
import { uniqueName } from '../../support/servers.ts';
import type { Expectation } from '../fault.ts';
import type { Attempt, Cell } from './cell.ts';
import type { Account, Family, Snapshot } from './family.ts';
import { processesOf } from './processes.ts';

/** The outcome is one of those that fit, and says what a person has to know. */
export function checkOutcome(cell: Cell, attempt: Attempt, { codes, names, says }: Expectation): string {
  const outcome = attempt.outcome === 'failed' ? attempt.error.code : attempt.outcome;
  // The message, so that a wrong code shows what has really happened.
  const said = attempt.outcome === 'failed' ? attempt.error.message : '';
  expect({ outcome, said }).toEqual({ outcome: expect.stringMatching(`^(${codes.join('|')})$`), said });
  expect(cell.strikes.map((struck) => struck())).toEqual(cell.strikes.map(() => true));
  if (attempt.outcome === 'failed') {
    const { error } = attempt;
    expect(error.report).toBeDefined();
    if (names === 'database') expect(error.database?.name).toBe(cell.victim);
    if (names === 'any database') expect(cell.databases).toContain(error.database?.name);
    if (names === 'repository') expect(error.repository).toBe(cell.repository);
    if (says !== undefined) expect(error.message).toMatch(says);
  }
  return outcome;
}

/** Neither what comes out of the call nor what it says on the way holds a password or the passphrase. */
export function checkSecrets(cell: Cell, attempt: Attempt): void {
  const texts = [JSON.stringify(attempt)];
  if (attempt.outcome === 'failed') {
    const { error } = attempt;
    texts.push(error.message, error.hint ?? '', error.stack ?? '', JSON.stringify(error.report));
    texts.push(error.cause instanceof Error ? `${error.cause.message} ${JSON.stringify(error.cause)}` : '');
  }
  const { account, weak, passphrase } = cell.bench;
  for (const secret of [account.password, weak.password, passphrase, cell.account.password]) {
    expect(texts.join('\n')).not.toContain(secret);
  }
}

export interface Patience {
  readonly processesMs: number;
  readonly sessionsMs: number;
  /** Whether files and databases may wait for the next run. */
  readonly filesLater: boolean;
}

/** What a call leaves behind: nothing. The server takes a moment to see that a client has gone. */
export async function checkLeftovers(cell: Cell, patience: Patience): Promise<void> {
  expect(await settled(() => processesOf(cell.directory), patience.processesMs)).toEqual([]);
  if (!patience.filesLater) {
    expect(readdirSync(cell.runs)).toEqual([]);
  }
  const left = () => cell.family.leftovers(cell.server, cell.bench.account, cell.bench.databases);
  expect(await settled(async () => (await left()).sessions, patience.sessionsMs)).toEqual([]);
  if (!patience.filesLater) expect((await left()).databases).toEqual([]);
}

async function settled(look: () => readonly string[] | Promise<readonly string[]>, ms: number) {
  const deadline = performance.now() + ms;
  for (;;) {
    const seen = await look();
    if (seen.length === 0 || performance.now() > deadline) return seen;
    await wait(50);
  }
}

/** All that Borg knows of in a repository. */
function archiveNames(cell: Cell, repository: string): Promise<string[]> {
  return cell.borgBase(async () => {
    const { ssh_command } = cell.lasting;
    const remote = ssh_command === undefined ? {} : { BORG_RSH: String(ssh_command) };
    // Not in one go: the way to the repository can be one of this process.
    const { stdout } = await promisify(execFile)(
      'borg',
      ['list', '--short', '--consider-checkpoints', '--lock-wait=20', repository],
      {
        env: {
          ...process.env,
          ...remote,
          BORG_PASSPHRASE: cell.bench.passphrase,
          BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
        },
      },
    );
    return stdout.split('\n').filter(Boolean);
  });
}

/** A backup: there is an archive where the report says so, and nowhere else, and every dump in it is whole. */
export async function checkArchives(cell: Cell, attempt: Attempt): Promise<void> {
  const report = reportOf(attempt) as BackupReport | undefined;
  for (const [index, repository] of cell.repositories.entries()) {
    const come = (await archiveNames(cell, repository)).filter((name) => !cell.archives[index]?.includes(name));
    const good = report?.repositories.find((result) => result.repository === repository && result.status === 'ok');
    if (attempt.outcome === 'ok') expect(good).toBeDefined();
    expect(come).toEqual(good === undefined ? [] : [good.archive]);
    for (const name of come) await expectWhole(cell, repository, name);
  }
}

/** Over other content, so that what does not come back is seen. */
async function expectWhole(cell: Cell, repository: string, archive: string): Promise<void> {
  const listed = await cell.borgBase(() => listArchives(cell.config(), { repository }));
  expect(listed.at(-1)).toMatchObject({ name: archive, status: 'complete' });
  await cell.fill('early');
  await cell.borgBase(() => restore(cell.config(), { archive, repository }));
  for (const [database, now] of await cell.snapshots()) {
    const changed = differences(await archived(cell, database), now);
    expect({ database, changed }).toEqual({ database, changed: [] });
  }
}

/** A restore: each database is what it was, or what the archive has; what is reported as restored is that. */
export async function checkDatabases(cell: Cell, attempt: Attempt): Promise<'all' | 'some' | 'none'> {
  const report = reportOf(attempt);
  if (attempt.outcome === 'ok') expect(report?.databases.map(({ name }) => name)).toEqual(cell.databases);
  let restored = 0;
  for (const [database, now] of await cell.snapshots()) {
    const missing = differences(await archived(cell, database), now);
    const isRestored = cell.databases.includes(database) && missing.length === 0;
    if (isRestored) restored++;
    else {
      const changed = differences(cell.before.get(database) as Snapshot, now);
      expect({ database, changed }).toEqual({ database, changed: [] });
    }
    const status = report?.databases.find(({ name }) => name === database)?.status;
    if (attempt.outcome === 'ok' && cell.databases.includes(database)) expect(status).toBe('ok');
    if (status === 'ok') expect({ database, missing }).toEqual({ database, missing: [] });
  }
  return restored === 0 ? 'none' : restored === cell.databases.length ? 'all' : 'some';
}

function reportOf(attempt: Attempt): BackupReport | RestoreReport | undefined {
  const report = attempt.outcome === 'failed' ? attempt.error.report : undefined;
  if (report !== undefined && 'databases' in report) return report;
  return attempt.outcome === 'ok' ? attempt.report : undefined;
}

/** What a database holds in that state. */
async function archived({ family, bench }: Cell, database: string): Promise<Snapshot> {
  const taken = models.get(family) ?? takeModel(family, bench.account);
  models.set(family, taken);
  return JSON.parse(JSON.stringify(await taken).replaceAll(modelName, database)) as Snapshot;
}

const models = new Map<Family, Promise<Snapshot>>();
const modelName = uniqueName('model');

/** Of a database that never was in an archive. */
async function takeModel(family: Family, account: Account): Promise<Snapshot> {
  await family.fill(family.shared, account, modelName, 'archived');
  const snapshot = await family.snapshot(family.shared, modelName);
  await family.drop(family.shared, modelName);
  return snapshot;
}

/** Whatever was left is no hindrance, and is gone afterwards. */
export async function checkNextRun(cell: Cell): Promise<void> {
  await cell.borgBase(async () => {
    if (cell.kind === 'restore') {
      const { databases } = await restore(cell.config(), { archive: 'latest', databases: cell.databases });
      expect(databases.map(({ status }) => status)).toEqual(cell.databases.map(() => 'ok'));
      return;
    }
    const report = await backup(cell.config());
    expect([...report.databases, ...report.repositories].filter(({ status }) => status !== 'ok')).toEqual([]);
  });
  expect(readdirSync(cell.runs)).toEqual([]);
  const { databases } = await cell.family.leftovers(cell.server, cell.bench.account, cell.bench.databases);
  expect(databases).toEqual([]);
}
