import { setTimeout as wait } from 'node:timers/promises';
import { BackupError } from '@dumpstream/core';

/**
 * What a repository does when something goes wrong with it. `take`: it stores the bytes of an item. `give`: it hands out those
 * of one, streamed, as files, or to verify them. The others are the contract's methods of that name.
 */
export type Moment =
  | 'init'
  | 'list'
  | 'write'
  | 'writeFiles'
  | 'read'
  | 'take'
  | 'commit'
  | 'give'
  | 'remove'
  | 'compact'
  | 'check';

/** Something that is to go wrong once. */
export interface Fault {
  readonly during: Moment;
  /** Of `take` and `give`: after so many bytes of an item, at the least. Default: 0, before the first. */
  readonly afterBytes?: number;
  /** Milliseconds later, so that what came before is taken. Default: 0. */
  readonly delayMs?: number;
  /** `fail` (the default): rejects. `hang`: goes no further until the call is aborted. */
  readonly outcome?: 'fail' | 'hang';
  /** Default: `REPOSITORY_FAILED`. */
  readonly error?: BackupError;
  /** Told in the moment that it happens. */
  readonly notify?: () => void;
}

/** The faults that are still to come, oldest first. */
export class Faults {
  readonly #pending: Fault[] = [];

  inject(fault: Fault): void {
    this.#pending.push(fault);
  }

  get pending(): readonly Fault[] {
    return [...this.#pending];
  }

  /** The next fault of the moment, which is then over, if that many bytes have been reached. */
  due(during: Moment, bytes = 0): Fault | undefined {
    const index = this.#pending.findIndex((fault) => fault.during === during && (fault.afterBytes ?? 0) <= bytes);
    return index < 0 ? undefined : this.#pending.splice(index, 1)[0];
  }

  /** Has the next fault of the moment happen, if there is one. */
  async meet(during: Moment, signal: AbortSignal, bytes = 0): Promise<void> {
    const fault = this.due(during, bytes);
    if (fault !== undefined) await happen(fault, signal);
  }
}

/** Rejects: at once with the fault's error, or as soon as the signal is aborted. */
export async function happen(fault: Fault, signal: AbortSignal): Promise<never> {
  if (fault.delayMs !== undefined) await wait(fault.delayMs);
  fault.notify?.();
  if (fault.outcome !== 'hang') throw errorOf(fault);
  await new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', resolve, { once: true });
  });
  throw signal.reason;
}

function errorOf({ error, during }: Fault): BackupError {
  return error ?? new BackupError('REPOSITORY_FAILED', `an injected fault: \`${during}\` failed`);
}
