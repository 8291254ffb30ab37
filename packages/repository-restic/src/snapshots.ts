import { BackupError, type RepositoryContext } from '@dumpstream/core';
import { type ResticTarget, snapshotsCommand } from './command.ts';
import { runRestic } from './run.ts';
import { type ArchiveRole, type FilesRole, type ItemRole, ours, type Role, roleOf, runTag } from './tags.ts';

/** A snapshot of ours. */
export interface Snapshot<R extends Role = Role> {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly role: R;
}

/**
 * All of ours, or those of one run; oldest first. restic passes over a snapshot that it cannot read, and exits with 0.
 * @param context `warn` is called for each that cannot be read, and for nothing else
 */
export async function snapshotsOf(
  target: ResticTarget,
  context: Pick<RepositoryContext, 'signal'> & Partial<Pick<RepositoryContext, 'warn'>>,
  run?: string,
): Promise<readonly Snapshot[]> {
  const command = snapshotsCommand(target, run === undefined ? ours : `${ours},${runTag(run)}`);
  const { path } = target.repository;
  let unlisted: string | undefined;
  const stdout = await runRestic(target, command, context, {
    onLine: (line) => {
      if (line.startsWith('could not load snapshots: ')) unlisted = line;
      // Until 0.14, and from 0.15 on.
      else if (/^(?:could not load snapshot |Ignoring ")/.test(line)) {
        context.warn?.(`${path}: ${line}; look with check()`);
      }
    },
  });
  if (unlisted !== undefined) throw new BackupError('REPOSITORY_FAILED', `${path}: ${unlisted}`, { repository: path });
  const found = parseSnapshots(stdout, path);
  return found.sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
}

export function isArchive(snapshot: Snapshot): snapshot is Snapshot<ArchiveRole> {
  return snapshot.role.kind === 'archive';
}

export function isItem(snapshot: Snapshot): snapshot is Snapshot<ItemRole> {
  return snapshot.role.kind === 'item';
}

export function isFiles(snapshot: Snapshot): snapshot is Snapshot<FilesRole> {
  return snapshot.role.kind === 'files';
}

function parseSnapshots(stdout: string, repository: string): Snapshot[] {
  const parsed = parse(stdout, repository) as { id: string; time: string; tags?: string[] }[] | null;
  return (parsed ?? []).flatMap(({ id, time, tags = [] }) => {
    const role = roleOf(tags);
    return role === undefined ? [] : [{ id, time: new Date(time).toISOString(), role }];
  });
}

function parse(stdout: string, repository: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new BackupError('REPOSITORY_FAILED', `what restic lists of ${repository} cannot be read`, {
      cause,
      repository,
    });
  }
}
