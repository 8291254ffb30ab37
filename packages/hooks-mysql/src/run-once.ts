import { createHash } from 'node:crypto';
import { BackupError, type Command, type HookContext } from '@dumpstream/core';

/** Runs a command that says the same to all jobs of a call. @returns its standard output */
export async function runOnce(command: Command, context: HookContext): Promise<string> {
  // The command is all that it depends on; its password is not to be read out of a key.
  const key = createHash('sha256').update(JSON.stringify(command)).digest('hex');
  return context
    .once(key, ({ run }) => run(command))
    .catch((error: unknown) => {
      if (context.signal.aborted || (error instanceof BackupError && error.code === 'COMMAND_MISSING')) throw error;
      // Then the failure is this job's own, and names its database.
      return context.run(command);
    });
}
