import { BackupError, type Dialogue } from '@dumpstream/core';
import { answerOf } from './probe.ts';
import { holdLock } from './sql/leftovers.ts';
import { script } from './sql/script.ts';

/** Longer than a client tries to connect. */
const defaultMs = 60_000;

/**
 * Has the session of a restore take the lock that marks it as alive, which it then keeps until it ends.
 * @throws BackupError `CONNECTION_FAILED` where psql does not answer while its input is open
 */
export async function comeAlive(session: Dialogue, id: string, timeoutMs = defaultMs): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(deaf(timeoutMs)), timeoutMs);
  });
  try {
    answerOf<boolean>(await Promise.race([session.ask(script({ id }, holdLock)), late]));
  } finally {
    clearTimeout(timer);
  }
}

function deaf(timeoutMs: number): BackupError {
  return new BackupError('CONNECTION_FAILED', `psql did not answer within ${timeoutMs / 1000} seconds`, {
    hint: '`psql_command` has to hand on what it reads as it comes, and not at the end of its input only',
  });
}
