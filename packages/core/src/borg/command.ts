import type { RepositorySettings, Settings } from '../config/config.ts';
import type { ChildCommand } from '../process/child.ts';

/** What every Borg command of one repository shares. */
export interface BorgTarget {
  readonly repository: RepositorySettings;
  readonly settings: Settings;
}

/** A Borg command as pure data; the passphrase stands apart, since it is handed over by a descriptor. */
export interface BorgCommand extends ChildCommand {
  readonly secret?: string;
}

/** Where Borg looks for a passphrase, and nobody else has to. Borg's manual, "Environment Variables". */
export const passphraseVariables = [
  'BORG_PASSPHRASE',
  'BORG_PASSCOMMAND',
  'BORG_PASSPHRASE_FD',
  'BORG_NEW_PASSPHRASE',
] as const;

/** Of the three standard descriptors none is free, so Borg reads the passphrase from the fourth. */
const passphraseDescriptor = 3;

export function initCommand(target: BorgTarget, encryption: string): BorgCommand {
  return borg(target, ['init', '--encryption', encryption, '--', target.repository.path]);
}

export function listArchivesCommand(target: BorgTarget, last?: number): BorgCommand {
  const only = last === undefined ? [] : ['--last', String(last)];
  return borg(target, [
    'list',
    '--json',
    '--format',
    '{archive}{id}{start}{comment}',
    ...only,
    '--',
    target.repository.path,
  ]);
}

export interface CreateOptions {
  readonly name: string;
  readonly comment: string;
  /** Relative to the working directory, in order. */
  readonly paths: readonly string[];
}

export function createCommand(target: BorgTarget, { name, comment, paths }: CreateOptions): BorgCommand {
  const { compression } = target.settings;
  return borg(target, [
    'create',
    '--json',
    '--list',
    '--read-special',
    '--files-cache=disabled', // every path is new each time: reading the cache would be for nothing
    ...(comment === '' ? [] : ['--comment', literal(comment)]),
    ...(compression === undefined ? [] : ['--compression', compression]),
    '--',
    archive(target, literal(name)),
    ...paths,
  ]);
}

export function listEntriesCommand(target: BorgTarget, name: string): BorgCommand {
  return borg(target, [
    'list',
    '--json-lines',
    '--format',
    '{type}{path}{size}{health}',
    '--',
    archive(target, literal(name)),
  ]);
}

export function extractToStdoutCommand(target: BorgTarget, name: string, path: string): BorgCommand {
  return borg(target, ['extract', '--stdout', '--', archive(target, literal(name)), `pp:${path}`]);
}

export function deleteArchiveCommand(target: BorgTarget, name: string): BorgCommand {
  return borg(target, ['delete', '--', archive(target, literal(name))]);
}

/** Borg fills in `{placeholders}` in names and comments; doubled braces stand for themselves. */
function literal(text: string): string {
  return text.replace(/[{}]/g, '$&$&');
}

function archive({ repository }: BorgTarget, name: string): string {
  return `${repository.path}::${name}`;
}

function borg({ settings }: BorgTarget, [verb, ...args]: readonly string[]): BorgCommand {
  const { encryption_passphrase: passphrase, encryption_passcommand: passcommand } = settings;
  const configured = passphrase !== undefined || passcommand !== undefined;
  return {
    file: 'borg',
    args: [verb as string, '--log-json', ...args],
    env: {
      ...(configured
        ? { BORG_PASSPHRASE: undefined, BORG_PASSCOMMAND: passphrase === undefined ? passcommand : undefined }
        : {}),
      ...(passphrase === undefined ? {} : { BORG_PASSPHRASE_FD: String(passphraseDescriptor) }),
      // Unattended: every question of Borg's has an answer. Who configured a passphrase expects no plain repository.
      BORG_RELOCATED_REPO_ACCESS_IS_OK: process.env.BORG_RELOCATED_REPO_ACCESS_IS_OK ?? 'no',
      BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK:
        process.env.BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK ?? (configured ? 'no' : 'yes'),
      BORG_DELETE_I_KNOW_WHAT_I_AM_DOING: 'no',
      BORG_CHECK_I_KNOW_WHAT_I_AM_DOING: 'no',
      BORG_EXIT_CODES: 'legacy',
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC', // Borg prints times without a zone
    },
    ...(passphrase === undefined ? {} : { secret: passphrase }),
  };
}
