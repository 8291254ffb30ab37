import { homedir } from 'node:os';
import { basename, resolve } from 'node:path';
import type { ChildCommand, Settings } from '@dumpstream/core';
import type { ResticSettings } from './keys.ts';

/** What every restic command of one repository shares. */
export interface ResticTarget {
  readonly repository: ResticSettings;
  readonly settings: Settings;
}

/** A restic command as pure data; the passphrase stands apart, since it is handed over by a descriptor. */
export interface ResticCommand extends ChildCommand {
  readonly secret?: string;
}

/**
 * Of the three standard descriptors none is free, so the passphrase comes by the fourth. It is a socket, which restic cannot open by its
 * name (`--password-file /dev/fd/3`: no such device), and its `--password-command` inherits.
 */
const readPassphrase = "sh -c 'cat <&3'";

/** What restic 0.14 removes its lock on; SIGTERM ends it at once. */
export const endSignal = 'SIGINT';
/** A server that does not answer keeps restic from removing it, for minutes. */
export const graceMs = 5_000;

export function initCommand(target: ResticTarget): ResticCommand {
  return restic(target, ['init']);
}

/**
 * What reads takes no lock: it works with keys that may not write, need not wait for others, and does not trip over them (a restic that
 * looks at the locks of others, of which one goes in that moment, tries to load it for 45 seconds, seen with 0.14). Of what is removed
 * meanwhile, nothing is read that is not whole.
 */
export function snapshotsCommand(target: ResticTarget, tag: string): ResticCommand {
  const command = restic(target, ['snapshots', '--json', '--no-lock', '--tag', tag]);
  return { ...command, env: { ...command.env, RESTIC_HOST: undefined } }; // from 0.17 on it would leave out other hosts'
}

/**
 * What the file of a stream is called in its snapshot: the last part of the item's path, since restic 0.18.0 takes no directory there
 * (https://github.com/restic/restic/issues/5324). The whole path is in a tag.
 */
export function fileOf(path: string): string {
  return basename(path);
}

/** Stores standard input as one file. */
export function backupStreamCommand(target: ResticTarget, path: string, tags: readonly string[]): ResticCommand {
  return backup(target, tags, ['--quiet', '--json', '--stdin', `--stdin-filename=${fileOf(path)}`]);
}

/** Stores the working directory, without a trace of where that is but in the snapshot's path. */
export function backupDirectoryCommand(target: ResticTarget, tags: readonly string[]): ResticCommand {
  return backup(target, tags, ['--quiet', '--json', '--', '.']);
}

/** Holds a lock as long as its standard input stays open. When that ends without a byte, restic 0.18 stores an empty snapshot, 0.14 nothing. */
export function leaseCommand(target: ResticTarget, tags: readonly string[]): ResticCommand {
  return backup(target, tags, ['--verbose', '--stdin', '--stdin-filename=lease']);
}

export function backupFilesCommand(
  target: ResticTarget,
  tags: readonly string[],
  { paths, excludes }: { readonly paths: readonly string[]; readonly excludes: readonly string[] },
): ResticCommand {
  const left = excludes.flatMap((pattern) => ['--exclude', pattern]);
  return backup(target, tags, ['--quiet', '--json', ...left, '--', ...paths]);
}

/** A file to standard output; a directory as a tar archive. */
export function dumpCommand(target: ResticTarget, snapshot: string, path: string): ResticCommand {
  return restic(target, ['dump', '--no-lock', '--', snapshot, path]);
}

/** All of a snapshot, or what lies at and below a path. */
export function restoreCommand(
  target: ResticTarget,
  snapshot: string,
  destination: string,
  include?: string,
): ResticCommand {
  const only = include === undefined ? [] : ['--include', include];
  return restic(target, ['restore', '--no-lock', '--target', destination, ...only, '--', snapshot]);
}

export function listFilesCommand(target: ResticTarget, snapshot: string): ResticCommand {
  return restic(target, ['ls', '--json', '--no-lock', '--', snapshot]);
}

export function forgetCommand(target: ResticTarget, snapshots: readonly string[]): ResticCommand {
  return restic(target, ['forget', '--', ...snapshots]);
}

/** Removes locks whose owners are gone: on this host, or for half an hour. */
export function unlockCommand(target: ResticTarget): ResticCommand {
  return restic(target, ['unlock']);
}

/** One a line, without a lock of its own. */
export function listLocksCommand(target: ResticTarget): ResticCommand {
  return restic(target, ['list', 'locks', '--no-lock']);
}

export function pruneCommand(target: ResticTarget): ResticCommand {
  return restic(target, ['prune']);
}

export function checkCommand(target: ResticTarget, readData: boolean): ResticCommand {
  return restic(target, ['check', '--quiet', ...(readData ? ['--read-data'] : [])]);
}

/** `--force` spares the search for a snapshot of the same files from before, which there never is for a stream. */
function backup(target: ResticTarget, tags: readonly string[], args: readonly string[]): ResticCommand {
  const { compression, limit_upload: limit } = target.repository;
  return restic(target, [
    'backup',
    '--force',
    ...tags.flatMap((tag) => ['--tag', tag]),
    ...(compression === undefined ? [] : ['--compression', compression]),
    ...(limit === undefined ? [] : ['--limit-upload', String(limit)]),
    ...args,
  ]);
}

function restic({ repository, settings }: ResticTarget, [verb, ...args]: readonly string[]): ResticCommand {
  const { encryption_passphrase: passphrase, encryption_passcommand: passcommand } = settings;
  const { options = {}, cacert, limit_download: limit, environment = {} } = repository;
  return {
    file: 'restic',
    args: [
      verb as string,
      ...Object.entries(options).flatMap(([key, value]) => ['--option', `${key}=${value}`]),
      ...(cacert === undefined ? [] : ['--cacert', resolve(cacert)]),
      ...(limit === undefined ? [] : ['--limit-download', String(limit)]),
      ...args,
    ],
    env: {
      ...environment,
      RESTIC_REPOSITORY: location(repository.path, environment),
      RESTIC_REPOSITORY_FILE: undefined,
      ...passwordFrom(passphrase === undefined ? passcommand : readPassphrase, environment),
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
    },
    ...(passphrase === undefined ? {} : { secret: passphrase }),
  };
}

/** Told nothing, restic would take a dump for the passphrase: it reads that from its standard input. */
function passwordFrom(
  command: string | undefined,
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string | undefined>> {
  const variables = ['RESTIC_PASSWORD', 'RESTIC_PASSWORD_FILE', 'RESTIC_PASSWORD_COMMAND'] as const;
  if (command === undefined && variables.some((name) => environment[name] ?? process.env[name])) return {};
  return {
    RESTIC_PASSWORD: undefined,
    RESTIC_PASSWORD_FILE: undefined,
    RESTIC_PASSWORD_COMMAND: command ?? 'false',
  };
}

/** Where the account of a REST server comes from variables, restic before 0.16 has to be told in the URL. */
function location(path: string, environment: Readonly<Record<string, string>>): string {
  const { RESTIC_REST_USERNAME: user, RESTIC_REST_PASSWORD: password = '' } = environment;
  if (path.startsWith('rest:') && user !== undefined) {
    return path.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`);
  }
  return isLocal(path) ? resolve(path.replace(/^~(?=\/|$)/, homedir())) : path;
}

/** restic's manual, "Preparing a new repository": every other kind has its name before a colon. */
function isLocal(path: string): boolean {
  return !/^(?:local|sftp|rest|s3|swift|b2|azure|gs|rclone):/.test(path);
}
