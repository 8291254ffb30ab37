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

/** An environment without what tells Borg a passphrase, which nobody else has to see. Borg's manual, "Environment Variables". */
export const noPassphrase = {
  BORG_PASSPHRASE: undefined,
  BORG_PASSCOMMAND: undefined,
  BORG_PASSPHRASE_FD: undefined,
  BORG_NEW_PASSPHRASE: undefined, // which `borg init` would take before any other
} as const;

/** Of the three standard descriptors none is free, so Borg reads the passphrase from the fourth. */
const passphraseDescriptor = 3;

export function initCommand(target: BorgTarget, encryption: string): BorgCommand {
  return borg(target, ['init', `--encryption=${encryption}`, '--', target.repository.path]);
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
  return borg(target, [
    'create',
    '--json',
    '--list',
    '--read-special',
    '--files-cache=disabled', // every path is new each time: reading the cache would be for nothing
    ...storageOptions(comment, { ...dumpStorage, ...target.settings }),
    '--',
    archive(target, literal(name)),
    ...paths,
  ]);
}

/**
 * zstd,1 stores dumps in no more space than the dump programs' own gzip would, and lz4, Borg's default, in a quarter more.
 * Chunks of 64 KiB on average: rows that change shift the boundaries of mariadb-dump's INSERTs, of 1 MB each, to the end of
 * the table, so that hardly any chunk of Borg's usual 2 MiB comes again. Of a dump of 128 MB, in which one row of 200 had
 * changed, 5.8 MB were stored anew rather than 39; the whole takes 6 % more.
 */
const dumpStorage = { compression: 'zstd,1', chunker_params: '14,23,16,4095' };

export interface CreateFilesOptions extends CreateOptions {
  readonly excludes: readonly string[];
  /** Absolute paths. */
  readonly leaveOut: readonly string[];
}

/** Ordinary files, which Borg is left to find: special files are stored as such and not read. */
export function createFilesCommand(
  target: BorgTarget,
  { name, comment, paths, excludes, leaveOut }: CreateFilesOptions,
): BorgCommand {
  return borg(target, [
    'create',
    '--json',
    // Borg stores paths without their first slash, and its patterns have none.
    ...[...excludes, ...leaveOut.map((path) => below(path.slice(1)))].flatMap((pattern) => ['--exclude', pattern]),
    ...storageOptions(comment, target.settings),
    '--',
    archive(target, literal(name)),
    ...paths,
  ]);
}

function storageOptions(
  comment: string,
  { compression, chunker_params }: Pick<Settings, 'compression' | 'chunker_params'>,
): string[] {
  return [
    ...(comment === '' ? [] : ['--comment', literal(comment)]),
    ...(compression === undefined ? [] : ['--compression', compression]),
    ...(chunker_params === undefined ? [] : ['--chunker-params', chunker_params]),
  ];
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

/** What there is at several paths comes in the archive's order. */
export function extractToStdoutCommand(target: BorgTarget, name: string, paths: readonly string[]): BorgCommand {
  return borg(target, ['extract', '--stdout', '--', archive(target, literal(name)), ...paths.map(below)]);
}

/** For a working directory: what lies at and below the path comes to lie in it. */
export function extractCommand(target: BorgTarget, name: string, path: string): BorgCommand {
  const depth = path.split('/').length;
  return borg(target, [
    'extract',
    '--strip-components',
    String(depth),
    '--',
    archive(target, literal(name)),
    below(path),
  ]);
}

/** Borg reads, decrypts and checks all of it, and writes nothing. */
export function verifyCommand(target: BorgTarget, name: string, paths: readonly string[]): BorgCommand {
  return borg(target, ['extract', '--dry-run', '--', archive(target, literal(name)), ...paths.map(below)]);
}

export interface RecreateOptions {
  readonly name: string;
  readonly comment: string;
  /** Stored paths. */
  readonly excludes: readonly string[];
}

export function recreateCommand(target: BorgTarget, { name, comment, excludes }: RecreateOptions): BorgCommand {
  return borg(target, [
    'recreate',
    ...excludes.flatMap((path) => ['--exclude', `pf:${path}`]),
    '--comment',
    literal(comment),
    '--',
    archive(target, literal(name)),
  ]);
}

/** One or several, in one transaction. Only the first name stands where Borg fills in placeholders. */
export function deleteArchiveCommand(target: BorgTarget, first: string, ...others: readonly string[]): BorgCommand {
  return borg(target, ['delete', '--', archive(target, literal(first)), ...others]);
}

/** With what interrupted runs left, and which command made each. */
export function listCheckpointsCommand(target: BorgTarget): BorgCommand {
  return borg(target, [
    'list',
    '--json',
    '--consider-checkpoints',
    '--glob-archives',
    '*.checkpoint*',
    '--format',
    '{archive}{command_line}',
    '--',
    target.repository.path,
  ]);
}

/** At this level Borg says how much space there was. */
export function compactCommand(target: BorgTarget): BorgCommand {
  return borg(target, ['compact', '--info', '--', target.repository.path]);
}

export function checkCommand(target: BorgTarget, verifyData: boolean): BorgCommand {
  return borg(target, ['check', ...(verifyData ? ['--verify-data'] : []), '--', target.repository.path]);
}

/** Borg's manual, "borg help patterns": the path itself, and all below it. */
function below(path: string): string {
  return `pp:${path}`;
}

/** Borg fills in `{placeholders}` in names and comments; doubled braces stand for themselves. */
function literal(text: string): string {
  return text.replace(/[{}]/g, '$&$&');
}

function archive({ repository }: BorgTarget, name: string): string {
  return `${repository.path}::${name}`;
}

function borg({ settings }: BorgTarget, [verb, ...args]: readonly string[]): BorgCommand {
  const { encryption_passphrase: passphrase, encryption_passcommand: passcommand, lock_wait, remote_path } = settings;
  const configured = passphrase !== undefined || passcommand !== undefined;
  const { relocated_repo_access_is_ok, unknown_unencrypted_repo_access_is_ok } = settings;
  return {
    file: 'borg',
    args: [
      verb as string,
      '--log-json',
      ...(lock_wait === undefined ? [] : ['--lock-wait', String(Math.ceil(lock_wait))]), // Borg takes whole seconds alone
      ...(remote_path === undefined ? [] : ['--remote-path', remote_path]),
      ...args,
    ],
    env: {
      ...(configured ? { ...noPassphrase, BORG_PASSCOMMAND: passphrase === undefined ? passcommand : undefined } : {}),
      ...(passphrase === undefined ? {} : { BORG_PASSPHRASE_FD: String(passphraseDescriptor) }),
      // Unattended: every question of Borg's has an answer. Who configured a passphrase expects no plain repository.
      BORG_RELOCATED_REPO_ACCESS_IS_OK: answer('BORG_RELOCATED_REPO_ACCESS_IS_OK', relocated_repo_access_is_ok, false),
      BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: answer(
        'BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK',
        unknown_unencrypted_repo_access_is_ok,
        !configured,
      ),
      ...(settings.ssh_command === undefined ? {} : { BORG_RSH: settings.ssh_command }),
      BORG_DELETE_I_KNOW_WHAT_I_AM_DOING: 'no',
      BORG_CHECK_I_KNOW_WHAT_I_AM_DOING: 'no',
      BORG_EXIT_CODES: 'legacy',
      // Python's unbuffered output does not repeat a short write: stopped and continued at a full pipe, Borg would lose bytes.
      PYTHONUNBUFFERED: undefined,
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC', // Borg prints times without a zone
    },
    ...(passphrase === undefined ? {} : { secret: passphrase }),
  };
}

/** The configuration's, else the host's, else ours. */
function answer(variable: string, configured: boolean | undefined, otherwise: boolean): string {
  if (configured === undefined) return process.env[variable] ?? (otherwise ? 'yes' : 'no');
  return configured ? 'yes' : 'no';
}
