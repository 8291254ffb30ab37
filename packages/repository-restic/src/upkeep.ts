import type { CheckPlan, CompactStats, RepositoryContext, StoredArchive } from '@dumpstream/core';
import { checkCommand, listLocksCommand, pruneCommand, type ResticTarget, unlockCommand } from './command.ts';
import { forget } from './forget.ts';
import { runRestic } from './run.ts';
import { isArchive, isItem, type Snapshot, snapshotsOf } from './snapshots.ts';

/** An archive's record goes first: then nobody sees an archive of which parts are gone. */
export async function removeArchives(
  target: ResticTarget,
  archives: readonly StoredArchive[],
  context: RepositoryContext,
): Promise<void> {
  const found = await unlockedSnapshots(target, context);
  const wanted = new Set(archives.map(({ id }) => id));
  const heads = found.filter(({ id, role }) => wanted.has(id) && role.kind !== 'item');
  const runs = new Set(heads.filter(isArchive).map(({ role }) => role.run));
  const items = found.filter(isItem).filter(({ role }) => runs.has(role.run));
  await forget(target, heads, context);
  await forget(target, items, context);
  await removeLeftovers(target, found, context);
}

export async function compactRepository(target: ResticTarget, context: RepositoryContext): Promise<CompactStats> {
  await removeLeftovers(target, await unlockedSnapshots(target, context), context);
  const said = await runRestic(target, pruneCommand(target), context);
  const freedBytes = parseFreed(said);
  return freedBytes === undefined ? {} : { freedBytes };
}

async function unlockedSnapshots(target: ResticTarget, context: RepositoryContext): Promise<readonly Snapshot[]> {
  await runRestic(target, unlockCommand(target), context);
  return snapshotsOf(target, context);
}

/**
 * Forgets the items of runs that have come to nothing. A run that is alive has a lock all the time. So one that was incomplete, was over
 * when there was no lock, and is incomplete afterwards, will be incomplete for ever.
 * @param snapshots all that were there
 */
async function removeLeftovers(
  target: ResticTarget,
  snapshots: readonly Snapshot[],
  context: RepositoryContext,
): Promise<void> {
  const before = incomplete(snapshots);
  if (before.length === 0) return;
  const locks = await runRestic(target, listLocksCommand(target), context);
  if (locks.trim() !== '') return;
  const after = new Set(incomplete(await snapshotsOf(target, context)).map(({ id }) => id));
  await forget(
    target,
    before.filter(({ id }) => after.has(id)),
    context,
  );
}

function incomplete(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const complete = new Set(snapshots.filter(isArchive).map(({ role }) => role.run));
  return snapshots.filter(isItem).filter(({ role }) => !complete.has(role.run));
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
