import type { RepositoryContext } from '@dumpstream/core';
import { forgetCommand, type ResticTarget } from './command.ts';
import { runRestic } from './run.ts';
import type { Snapshot } from './snapshots.ts';

/** Arguments of one command are limited, and so is what is lost when it is ended. */
const atOnce = 500;

/** Removes snapshots; restic passes over those that are gone. Takes a lock that nobody else may have one beside. */
export async function forget(
  target: ResticTarget,
  snapshots: readonly Snapshot[],
  context: Pick<RepositoryContext, 'signal'>,
): Promise<void> {
  for (let at = 0; at < snapshots.length; at += atOnce) {
    const ids = snapshots.slice(at, at + atOnce).map(({ id }) => id);
    await runRestic(target, forgetCommand(target, ids), context, {
      // restic 0.17 to 0.18.0 exit with 0 even so: https://github.com/restic/restic/issues/5233
      accept: ({ code, stderr }) => code === 0 && !/^unable to remove /m.test(stderr),
    });
  }
}
