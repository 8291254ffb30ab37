import { constants } from 'node:os';
import { BackupError } from '@dumpstream/core';

/** @import { ErrorCode } from '@dumpstream/core' */

/** It may go well in an hour. The number is that of sysexits.h, which says so: EX_TEMPFAIL. */
const mayPass = 75;

/** Somebody has to change something first. */
const toMend = 2;

/** @type {Partial<Record<ErrorCode, number>>} */
const statuses = {
  REPOSITORY_LOCKED: mayPass,
  CONNECTION_FAILED: mayPass,
  STALLED: mayPass,
  CONFIG_INVALID: toMend,
  HOOK_MISSING: toMend,
  COMMAND_MISSING: toMend,
  PERMISSION_MISSING: toMend,
  VERSION_UNSUPPORTED: toMend,
  DATABASE_NOT_FOUND: toMend,
  REPOSITORY_MISSING: toMend,
  PASSPHRASE_WRONG: toMend,
  RUN_DIRECTORY_UNSAFE: toMend,
};

/**
 * @param {unknown} error what the backup was rejected with; else what is wrong with the arguments or the log
 * @returns {number}
 */
export function exitStatus(error) {
  if (!(error instanceof BackupError)) return toMend;
  if (error.code !== 'ABORTED') return statuses[error.code] ?? 1;
  // As a shell has it. Where nobody sent a signal, the reader of the output has gone.
  const signal = Object.entries(constants.signals).find(([name]) => name === error.cause);
  return signal === undefined ? 1 : 128 + signal[1];
}
