import type { DatabaseRef, Report } from './report.ts';

/** Every code that a {@link BackupError} can have; `docs/reference/errors.md` explains each. */
export const errorCodes = [
  'CONFIG_INVALID',
  'HOOK_MISSING',
  'COMMAND_MISSING',
  'CONNECTION_FAILED',
  'PERMISSION_MISSING',
  'VERSION_UNSUPPORTED',
  'DUMP_FAILED',
  'RESTORE_FAILED',
  'STALLED',
  'COMMAND_HOOK_FAILED',
  'RUN_DIRECTORY_UNSAFE',
  'REPOSITORY_MISSING',
  'REPOSITORY_EXISTS',
  'REPOSITORY_LOCKED',
  'REPOSITORY_AMBIGUOUS',
  'REPOSITORY_FAILED',
  'PASSPHRASE_WRONG',
  'ARCHIVE_NOT_FOUND',
  'ARCHIVE_INCOMPLETE',
  'DATABASE_NOT_FOUND',
  'DATABASE_AMBIGUOUS',
  'ABORTED',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What a failure carries besides its code and message. */
export interface BackupErrorDetails {
  /** What to do about it. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  readonly database?: DatabaseRef | undefined;
  /** Path of the repository as configured. */
  readonly repository?: string | undefined;
  readonly report?: Report | undefined;
}

/** An error as it stands in a report: survives `JSON.stringify`. */
export interface SerialisedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

const brand = Symbol.for('dumpstream.BackupError');

/**
 * The one error class of this library. `instanceof` holds across copies of it (one imported, one required).
 */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code: ErrorCode;
  /** What to do about it, if more is known than the code says, and where the documentation explains the code. */
  readonly hint: string;
  readonly database?: DatabaseRef;
  readonly repository?: string;
  readonly report?: Report;

  /**
   * @param code one of {@link errorCodes}
   * @param message what is wrong and where, in lower case, without a secret
   */
  constructor(code: ErrorCode, message: string, details: BackupErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = withSection(details.hint, code);
    if (details.database !== undefined) this.database = details.database;
    if (details.repository !== undefined) this.repository = details.repository;
    if (details.report !== undefined) this.report = details.report;
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }

  /** Code, message, hint, database, repository and report. Not the cause: it is another's, and may say what we do not. */
  toJSON(): object {
    const { code, message, hint, database, repository, report } = this;
    return { code, message, hint, database, repository, report };
  }
}

/** An error that is made of another one may bring that one's hint along. */
function withSection(hint: string | undefined, code: ErrorCode): string {
  const advice = hint?.replace(/(?:^|; )see docs\/reference\/errors\.md#\w+$/, '') ?? '';
  const section = `see docs/reference/errors.md#${code.toLowerCase()}`;
  return advice === '' ? section : `${advice}; ${section}`;
}

/** The same error, with what the place that caught it knows besides. */
export function withDetails(error: BackupError, details: BackupErrorDetails): BackupError {
  const { code, message, hint, cause, database, repository, report } = error;
  const known = Object.fromEntries(
    Object.entries({ hint, cause, database, repository, report }).filter(([, value]) => value !== undefined),
  );
  return new BackupError(code, message, { ...details, ...known });
}

export function serialise({ code, message, hint }: BackupError): SerialisedError {
  return { code, message, hint };
}
