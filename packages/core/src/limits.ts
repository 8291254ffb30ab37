import type { Config } from './config/config.ts';
import { BackupError } from './errors.ts';
import { describe } from './job.ts';
import type { RunOptions } from './options.ts';
import type { DatabaseRef } from './report.ts';

export interface Limits {
  /** Milliseconds without a byte after which a dump or restore is given up; 0: never. */
  readonly stallTimeoutMs: number;
}

const defaultStallTimeoutMs = 10 * 60 * 1000;

/** The call wins over the configuration. */
export function limitsOf({ settings }: Config, options: RunOptions<never>): Limits {
  const configured = settings.stall_timeout === undefined ? defaultStallTimeoutMs : settings.stall_timeout * 1000;
  return { stallTimeoutMs: options.stallTimeoutMs ?? configured };
}

/** @throws BackupError CONFIG_INVALID for a number that means nothing */
export function refuseUnfit({ concurrency = 1, stallTimeoutMs = 0 }: RunOptions<never>): void {
  const unfit = (option: string, value: unknown, hint: string) =>
    new BackupError('CONFIG_INVALID', `the option ${option} is ${value}`, { hint });
  if (!(concurrency >= 1)) throw unfit('concurrency', concurrency, 'give at least 1, or leave it out');
  if (!(stallTimeoutMs >= 0)) throw unfit('stallTimeoutMs', stallTimeoutMs, 'give milliseconds; 0 turns it off');
}

export function stalled(what: 'dump' | 'restore', database: DatabaseRef, ms: number): BackupError {
  return new BackupError('STALLED', `the ${what} of ${describe(database)} stood still for ${ms / 1000} seconds`, {
    database,
    hint: 'look for locks in the database and for a network that hangs; stall_timeout sets the limit, 0 turns it off',
  });
}
