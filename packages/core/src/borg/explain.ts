import { BackupError, type ErrorCode } from '../errors.ts';
import type { Exit } from '../process/child.ts';
import type { BorgMessage } from './log.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly hint?: string;
}

/** By Borg's message ids: its manual, "Message IDs". Exit codes say less: most failures are 2. */
const meanings: Readonly<Record<string, Meaning>> = {
  'Repository.DoesNotExist': { code: 'REPOSITORY_MISSING', hint: 'make it with initRepository(), or check the path' },
  'Repository.InvalidRepository': { code: 'REPOSITORY_MISSING', hint: 'the path holds something else; check it' },
  'Repository.ParentPathDoesNotExist': { code: 'REPOSITORY_MISSING', hint: 'make the directory above it first' },
  'Repository.AlreadyExists': { code: 'REPOSITORY_EXISTS', hint: 'use it as it is, or choose another path' },
  'Repository.PathAlreadyExists': { code: 'REPOSITORY_EXISTS', hint: 'the path is taken; choose another' },
  PassphraseWrong: { code: 'PASSPHRASE_WRONG', hint: 'check encryption_passphrase or encryption_passcommand' },
  NoPassphraseFailure: { code: 'PASSPHRASE_WRONG', hint: 'set encryption_passphrase or encryption_passcommand' },
  PasscommandFailure: { code: 'PASSPHRASE_WRONG', hint: 'encryption_passcommand failed; try it by hand' },
  LockTimeout: {
    code: 'REPOSITORY_LOCKED',
    hint: 'another Borg uses it; try again when that is done (`borg break-lock` if none is running anywhere)',
  },
  LockFailed: { code: 'REPOSITORY_LOCKED', hint: 'the lock cannot be written: check rights and free space' },
  'Archive.DoesNotExist': { code: 'ARCHIVE_NOT_FOUND' },
  'Repository.InsufficientFreeSpaceError': { code: 'REPOSITORY_FAILED', hint: 'free some space in the repository' },
  'Repository.StorageQuotaExceeded': { code: 'REPOSITORY_FAILED', hint: 'raise the quota, or prune and compact' },
  ConnectionClosedWithHint: { code: 'REPOSITORY_FAILED', hint: 'try the ssh connection by hand, and borg over it' },
  'Cache.RepositoryAccessAborted': {
    code: 'REPOSITORY_FAILED',
    hint: 'the repository has moved; if that is right, set BORG_RELOCATED_REPO_ACCESS_IS_OK=yes once',
  },
  IntegrityError: {
    code: 'REPOSITORY_FAILED',
    hint: 'the repository is damaged: look with check(), and repair it with `borg check --repair`',
  },
};

/** The failure that a Borg process's end and messages stand for. */
export function borgError(verb: string, repository: string, exit: Exit, messages: readonly BorgMessage[]): BackupError {
  const logged = messages.filter((message) => message.type === 'log');
  const telling = logged.find(({ id }) => id in meanings);
  const { code, hint } = (telling && meanings[telling.id]) ?? guess(logged.map(({ text }) => text).join('\n'));
  const end = exit.signal === undefined ? `exit status ${exit.code}` : `signal ${exit.signal}`;
  const said = (
    telling === undefined ? lastWords(logged) : [telling.text, ...farSide(telling.id, logged)].join('\n')
  ).trim();
  return new BackupError(code, `borg ${verb} failed on ${repository} (${end})${said === '' ? '' : `: ${said}`}`, {
    hint,
    repository,
  });
}

/** Why there is no connection is what ssh says, which Borg passes on. */
function farSide(id: string, messages: readonly { text: string }[]): string[] {
  if (id !== 'ConnectionClosedWithHint') return [];
  return messages.flatMap(({ text }) => (text.startsWith('Remote: ') ? [text.trim()] : [])).slice(-3);
}

/** Borg tells a full disk by its text alone. */
function guess(text: string): Meaning {
  if (/No space left on device|Errno 28/.test(text)) {
    return { code: 'REPOSITORY_FAILED', hint: 'the disk of the repository is full: free some space' };
  }
  return { code: 'REPOSITORY_FAILED' };
}

function lastWords(messages: readonly { level: string; text: string }[]): string {
  const errors = messages.filter(({ level }) => level === 'ERROR' || level === 'CRITICAL');
  const chosen = errors.length > 0 ? errors : messages;
  return chosen
    .slice(-3)
    .map(({ text }) => withoutTrace(text).split('\n').slice(0, 5).join('\n'))
    .join('\n');
}

/** Of an error of Python, what it says, and not where it comes from. */
function withoutTrace(text: string): string {
  const [before = '', trace] = text.split('Traceback (most recent call last):\n');
  const said = trace?.split('\n').find((line) => /^\S/.test(line));
  return said === undefined ? text : `${before}${said}`;
}
