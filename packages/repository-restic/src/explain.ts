import { BackupError, type ErrorCode, type Exit } from '@dumpstream/core';

interface Meaning {
  readonly said: RegExp;
  /** From restic 0.17 on: its manual, "Exit codes". */
  readonly exit?: number;
  readonly code: ErrorCode;
  readonly hint: string;
}

const refusal =
  /Access Denied|AccessDenied|Access Key Id you provided|signature we calculated|403 Forbidden|401 Unauthorized/;

/** Whether restic says that it will try again to open the repository. */
export function isOpeningAgain(line: string): boolean {
  return line.startsWith('Stat(<config/>) returned error, retrying');
}

/** Whether the server has refused the account: another try will not help. */
export function isRefused(line: string): boolean {
  return refusal.test(line);
}

/** By what restic says on its way out; the first that fits. Where the config cannot be read it always asks whether there is a repository. */
const meanings: readonly Meaning[] = [
  {
    said: /config file already exists|repository master key and config already initialized/,
    code: 'REPOSITORY_EXISTS',
    hint: 'use it as it is, or choose another path',
  },
  {
    said: /repository is already locked/,
    exit: 11,
    code: 'REPOSITORY_LOCKED',
    hint: 'another restic uses it; try again when that is done (`restic unlock` removes locks whose owner is gone)',
  },
  {
    said: /wrong password or no key found|an empty password is not a password|Resolving password failed/,
    exit: 12,
    code: 'PASSPHRASE_WRONG',
    hint: 'check encryption_passphrase or encryption_passcommand',
  },
  {
    said: /unable to open config file: (?:stat .*: no such file|.*(?:key|bucket) does not exist|<config\/> does not exist)/,
    exit: 10,
    code: 'REPOSITORY_MISSING',
    hint: 'make it with initRepository(), or check the path',
  },
  {
    said: /no matching ID found|failed to find snapshot: .*(?:no such file|does not exist)/,
    code: 'ARCHIVE_NOT_FOUND',
    hint: 'somebody has removed it, or a part of it: list the archives again',
  },
  {
    said: refusal,
    code: 'REPOSITORY_FAILED',
    hint: 'the server refuses the account: check the keys in `environment`, and what they may do',
  },
  {
    said: /no space left on device|507 Insufficient Storage/i,
    code: 'REPOSITORY_FAILED',
    hint: 'the disk of the repository, or that of temporary files, is full: free some space',
  },
  {
    said: /connection refused|no such host|i\/o timeout|network is unreachable|Connection closed by foreign host/,
    code: 'REPOSITORY_FAILED',
    hint: 'the server cannot be reached: check its address, and whether it runs',
  },
];

/** The failure that the end of a restic process stands for. */
export function resticError(verb: string, repository: string, exit: Exit): BackupError {
  const found = meanings.find(({ said, exit: status }) => said.test(exit.stderr) || (status ?? -1) === exit.code);
  const end = exit.signal === undefined ? `exit status ${exit.code}` : `signal ${exit.signal}`;
  const said = lastWords(exit.stderr);
  return new BackupError(
    found?.code ?? 'REPOSITORY_FAILED',
    `restic ${verb} failed on ${repository} (${end})${said === '' ? '' : `: ${said}`}`,
    { repository, hint: found?.hint },
  );
}

/** Without what restic only tells on the way, unless it was ended while it tried again. */
function lastWords(stderr: string): string {
  const lines = plainLines(stderr).filter((line) => line.trim() !== '');
  const isAgain = (line: string) => line.includes('returned error, retrying');
  const words = lines.filter((line) => !isAgain(line));
  const again = lines.filter(isAgain).at(-1);
  const wasEnded = words.length === 0 || words.some((line) => line.includes('context canceled'));
  if (again !== undefined && wasEnded) return again;
  const fatal = words.findIndex((line) => line.startsWith('Fatal: '));
  return (fatal === -1 ? words.slice(-3) : words.slice(fatal, fatal + 5)).join('\n');
}

/** With `--json`, restic puts an error into an object, and from 0.17 on its last words as well. */
export function plainLines(stderr: string): readonly string[] {
  return stderr.split('\n').map((line) => {
    if (!line.startsWith('{"message_type":')) return line;
    try {
      const { message, error, item } = JSON.parse(line) as Partial<Record<string, unknown>>;
      const said = message ?? (error as { message?: unknown } | undefined)?.message;
      return typeof said === 'string' ? said : `error: ${item}`;
    } catch {
      return line; // cut off
    }
  });
}
