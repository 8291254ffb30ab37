import type { BackupError, CheckPlan, CompactStats, RepositoryContext, StoredArchive } from '@dumpstream/core';
import { checkCommand, listLocksCommand, pruneCommand, type ResticTarget, unlockCommand } from './command.ts';
import { forget } from './forget.ts';
import { runRestic } from './run.ts';
import { isArchive, isFiles, isItem, type Snapshot, snapshotsOf } from './snapshots.ts';

/** An archive's record goes first: then nobody sees an archive of which parts are gone. */
export async function removeArchives(
  target: ResticTarget,
  archives: readonly StoredArchive[],
  context: RepositoryContext,
): Promise<void> {
  const before = await unlockedListing(target, context);
  const { snapshots: found } = before;
  const wanted = new Set(archives.map(({ id }) => id));
  const isHead = ({ id, role }: Snapshot) => role.kind !== 'item' && wanted.has(id);
  const heads = found.filter(isHead);
  const [gone, kept] = [runsOf(heads), runsOf(found.filter((snapshot) => !isHead(snapshot)))];
  const items = found.filter(isItem).filter(({ role }) => gone.has(role.run) && !kept.has(role.run));
  // In the order in which they are given: restic removes those of one command in any order.
  await forget(target, heads.filter(isFiles), context);
  await forget(target, heads.filter(isArchive), context);
  await forget(target, items, context);
  await removeLeftovers(target, before, context);
}

export async function compactRepository(target: ResticTarget, context: RepositoryContext): Promise<CompactStats> {
  await removeLeftovers(target, await unlockedListing(target, context), context);
  const said = await runRestic(target, pruneCommand(target), context);
  const freedBytes = parseFreed(said);
  return freedBytes === undefined ? {} : { freedBytes };
}

/**
 * Forgets the items of runs that have come to nothing. A run that is alive has a lock all the time. So one that was incomplete, was over
 * when there was no lock, and is incomplete afterwards, will be incomplete for ever. Where somebody has a lock, they wait for another time.
 * @param before all that was there
 */
async function removeLeftovers(target: ResticTarget, before: Listing, context: RepositoryContext): Promise<void> {
  const found = incomplete(before);
  if (found.length === 0) return;
  const locks = await runRestic(target, listLocksCommand(target), context);
  if (locks.trim() !== '') return;
  const after = new Set(incomplete(await listingOf(target, context)).map(({ id }) => id));
  // Whoever takes a lock only now may make an archive of them: what is known of them does not outlast a wait.
  const atOnce = { ...target, settings: { ...target.settings, lock_wait: 0 } };
  const left = found.filter(({ id }) => after.has(id));
  await forget(atOnce, left, context).catch((error: BackupError) => {
    if (error.code !== 'REPOSITORY_LOCKED') throw error;
  });
}

interface Listing {
  readonly snapshots: readonly Snapshot[];
  /** False where a snapshot could not be read. */
  readonly isWhole: boolean;
}

async function unlockedListing(target: ResticTarget, context: RepositoryContext): Promise<Listing> {
  await runRestic(target, unlockCommand(target), context);
  return listingOf(target, context);
}

async function listingOf(target: ResticTarget, context: RepositoryContext): Promise<Listing> {
  let isWhole = true;
  const warn = (message: string) => {
    isWhole = false;
    context.warn(message);
  };
  const snapshots = await snapshotsOf(target, { signal: context.signal, warn });
  return { snapshots, isWhole };
}

/** None where one could not be read: it may be the record of those that look incomplete. */
function incomplete({ snapshots, isWhole }: Listing): readonly Snapshot[] {
  if (!isWhole) return [];
  const complete = runsOf(snapshots);
  return snapshots.filter(isItem).filter(({ role }) => !complete.has(role.run));
}

/** Those whose record is among them. */
function runsOf(snapshots: readonly Snapshot[]): ReadonlySet<string> {
  return new Set(snapshots.filter(isArchive).map(({ role }) => role.run));
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Of `restic prune`: `total prune: 12 blobs / 3.400 MiB`. */
function parseFreed(text: string): number | undefined {
  const [, number, unit = ''] = /^total prune:.*\/ ([\d.]+) ([KMGT]?i?B)$/m.exec(text) ?? [];
  return number === undefined ? undefined : Math.round(Number(number) * 1024 ** units.indexOf(unit));
}

/** restic says what is damaged on its standard error, and in its last line that something is. */
export async function checkRepository(
  target: ResticTarget,
  { verifyData }: CheckPlan,
  context: RepositoryContext,
): Promise<readonly string[]> {
  let problems: readonly string[] = [];
  await runRestic(target, checkCommand(target, verifyData), context, {
    accept: ({ code, stderr }) => {
      if (code === 0) return true;
      problems = findings(stderr);
      return /^Fatal: (?:repository contains errors|LoadIndex returned errors)/m.test(stderr) && problems.length > 0;
    },
  });
  return problems;
}

/** Without what restic only tells on the way, its last words, and from 0.17 on its advice. */
function findings(stderr: string): readonly string[] {
  const lines = stderr.split('\n');
  const advice = lines.findIndex((line) => line.startsWith('The repository contains damaged pack files'));
  return lines
    .slice(0, advice === -1 ? undefined : advice)
    .filter((line) => line.trim() !== '' && !line.startsWith('Fatal: ') && !line.includes('returned error, retrying'));
}
