import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type Archive, type BackupReport, backup, listArchives, restore } from '@dumpstream/core';
import { expect } from '@jest/globals';
import { differences } from '../../../examples/demo/snapshot/compare.mjs';
import type { Expectation } from '../fault.ts';
import type { Attempt, Cell } from './cell.ts';
import type { Snapshot } from './family.ts';
import { processesOf } from './processes.ts';

export type Snapshots = ReadonlyMap<string, Snapshot>;

export async function snapshots(cell: Cell): Promise<Snapshots> {
  const { databases } = cell.bench;
  const taken = await Promise.all(databases.map((database) => cell.family.snapshot(cell.server, database)));
  return new Map(databases.map((database, index) => [database, taken[index] as Snapshot]));
}

/** The outcome is one of those that fit, and says what a person has to know. */
export function checkOutcome(cell: Cell, attempt: Attempt, { codes, names, says }: Expectation): string {
  const outcome = attempt.outcome === 'failed' ? attempt.error.code : attempt.outcome;
  // The message, so that a wrong code shows what has really happened.
  const said = attempt.outcome === 'failed' ? attempt.error.message : '';
  expect({ outcome, said }).toEqual({ outcome: expect.stringMatching(`^(${codes.join('|')})$`), said });
  for (const file of cell.strikes) expect({ file, struck: existsSync(file) }).toEqual({ file, struck: true });
  if (attempt.outcome === 'failed') {
    const { error } = attempt;
    // Without a directory there is no call to report of.
    if (error.code !== 'RUN_DIRECTORY_UNSAFE') expect(error.report).toBeDefined();
    if (names === 'database') expect(error.database?.name).toBe(cell.victim);
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

/** Archives of a repository, as `latest` would choose among them, and all names that Borg knows. */
async function archivesOf(cell: Cell, repository: string): Promise<{ complete: Archive[]; names: string[] }> {
  return cell.borgBase(async () => {
    const complete = await listArchives(cell.config(), { repository });
    const names = execFileSync('borg', ['list', '--short', '--consider-checkpoints', repository], {
      encoding: 'utf8',
      env: { ...process.env, BORG_PASSPHRASE: cell.bench.passphrase, ...borgRemote(cell) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return {
      complete: complete.filter(({ status }) => status === 'complete'),
      names: names.split('\n').filter(Boolean),
    };
  });
}

function borgRemote({ lasting: { ssh_command } }: Cell): Record<string, string> {
  return ssh_command === undefined ? {} : { BORG_RSH: String(ssh_command), BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes' };
}

/** Of each repository. */
export type ArchiveNames = readonly (readonly string[])[];

export async function archiveNames(cell: Cell): Promise<ArchiveNames> {
  return Promise.all(cell.repositories.map(async (repository) => (await archivesOf(cell, repository)).names));
}

/**
 * A backup: there is an archive where the report says so, and nowhere else, and every dump in it is whole.
 * @param known of a host that is gone nobody knows
 */
export async function checkArchives(
  cell: Cell,
  attempt: Attempt,
  before: ArchiveNames,
  whole: Snapshots,
  { mayLeaveIncomplete }: Expectation,
): Promise<void> {
  const report = (
    attempt.outcome === 'failed' ? attempt.error.report : attempt.outcome === 'ok' ? attempt.report : undefined
  ) as BackupReport | undefined;
  for (const [index, repository] of cell.repositories.entries()) {
    const { complete, names } = await archivesOf(cell, repository);
    const had = before[index] ?? [];
    const come = names.filter((name) => !had.includes(name));
    const good = report?.repositories.find((result) => result.repository === repository && result.status === 'ok');
    if (attempt.outcome === 'ok') expect(good).toBeDefined();
    const usable = come.filter((name) => complete.some((archive) => archive.name === name));
    expect(usable).toEqual(good === undefined ? [] : [good.archive]);
    for (const name of usable) await expectWhole(cell, repository, name, whole);
    if (!mayLeaveIncomplete) expect(come).toEqual(usable);
  }
}

/** Over other content, so that what does not come back is seen. */
async function expectWhole(cell: Cell, repository: string, archive: string, whole: Snapshots): Promise<void> {
  for (const database of cell.bench.databases)
    await cell.family.fill(cell.server, cell.bench.account, database, 'early');
  await cell.borgBase(() => restore(cell.config(), { archive, repository }));
  for (const [database, snapshot] of await snapshots(cell)) {
    expect(differences(whole.get(database) as Snapshot, snapshot)).toEqual([]);
  }
}

/** A restore: each database is what it was, or what the archive has; what is reported as restored is that. */
export async function checkDatabases(
  cell: Cell,
  attempt: Attempt,
  before: Snapshots,
): Promise<'all' | 'some' | 'none'> {
  const report =
    attempt.outcome === 'failed' ? attempt.error.report : attempt.outcome === 'ok' ? attempt.report : undefined;
  const after = await snapshots(cell);
  let restored = 0;
  for (const database of cell.bench.databases) {
    const now = after.get(database) as Snapshot;
    const fromBefore = differences(before.get(database) as Snapshot, now);
    const fromArchive = differences(await archivedSnapshot(cell, database), now);
    const result = report?.databases.find(({ name }) => name === database);
    if (fromArchive.length === 0) restored++;
    else expect({ database, changed: fromBefore }).toEqual({ database, changed: [] });
    if (result?.status === 'ok') expect({ database, missing: fromArchive }).toEqual({ database, missing: [] });
  }
  return restored === 0 ? 'none' : restored === cell.databases.length ? 'all' : 'some';
}

const archived = new Map<string, Promise<Snapshot>>();

/** Of a database of the archive's content that never was in an archive. */
function archivedSnapshot(cell: Cell, database: string): Promise<Snapshot> {
  const key = `${cell.format} ${database}`;
  const found = archived.get(key);
  if (found !== undefined) return found;
  const taken = takeArchived(cell, database);
  archived.set(key, taken);
  return taken;
}

async function takeArchived({ family, bench }: Cell, database: string): Promise<Snapshot> {
  const model = `${database}_model`;
  await family.fill(family.shared, bench.account, model, 'archived');
  const snapshot = await family.snapshot(family.shared, model);
  await family.drop(family.shared, model);
  return JSON.parse(JSON.stringify(snapshot).replaceAll(model, database)) as Snapshot;
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
    for (const { repository, archive } of report.repositories) {
      const latest = (await listArchives(cell.config(), { repository }))
        .filter(({ status }) => status === 'complete')
        .at(-1);
      expect(latest?.name).toBe(archive);
    }
  });
  expect(readdirSync(cell.runs)).toEqual([]);
  const { databases } = await cell.family.leftovers(cell.server, cell.bench.account, cell.bench.databases);
  expect(databases).toEqual([]);
}
