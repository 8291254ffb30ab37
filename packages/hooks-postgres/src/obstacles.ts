import { BackupError } from '@dumpstream/core';

/** What forbids to replace a database: names of its replication slots and so on, by kind. */
export type Obstacles = Readonly<Record<string, readonly string[]>>;

const advice: Readonly<Record<string, string>> = {
  'logical replication slots':
    'the slots would be lost with the old database: drop them first, or restore under another name',
  subscriptions:
    'a subscription keeps the old database from being dropped: drop it first, or restore under another name',
  'prepared transactions': 'commit the prepared transactions or roll them back first',
  sessions: 'end the sessions first, or let the restore do so: `endSessions: true`',
};

/** @throws BackupError `RESTORE_FAILED` naming them, when there are any */
export function refuseObstacles(database: string, obstacles: Obstacles): void {
  if (obstacles['interrupted drops'] !== undefined) {
    throw new BackupError('RESTORE_FAILED', `'${database}' is what an interrupted DROP DATABASE has left`, {
      hint: 'nothing of it can be used any more: drop it first, and the restore makes it anew',
    });
  }
  const kinds = Object.keys(obstacles);
  if (kinds.length === 0) return;
  const list = kinds.map((kind) => `${kind}: ${obstacles[kind]?.join(', ')}`).join('; ');
  throw new BackupError('RESTORE_FAILED', `the database '${database}' cannot be replaced while it has ${list}`, {
    hint: kinds.map((kind) => advice[kind]).join('; '),
  });
}
