import type { Section } from './core-keys.ts';
import { isMapping, own } from './plain-copy.ts';

/**
 * A key that files of the reference have and that lies outside our scope. It is accepted and reported, unless that could
 * lose data or safety without anybody noticing: then it is refused.
 */
export interface IgnoredKey {
  readonly key: string;
  /** The sections that have it in the sectioned form; in the flat form it stands at the top. `repositories`: in each of them. */
  readonly in: readonly (Section | 'repositories')[];
  /** What that means, or what to do instead. */
  readonly what: string;
  /** Values that are an error. Absent: none is. */
  readonly refused?: (value: unknown) => boolean;
  /** The key holds databases of a kind that a hook can be written for, which is then passed by this name. */
  readonly hook?: boolean;
}

/** Of a key that asks for what must not be left out, whatever its value. */
export const refusedAlways = (): boolean => true;

/** So many keys have one answer that the table is written by answers. */
interface Group extends Omit<IgnoredKey, 'key'> {
  readonly keys: readonly string[];
}

const groups: readonly Group[] = [
  {
    in: ['location'],
    keys: ['one_file_system', 'exclude_caches', 'exclude_if_present', 'keep_exclude_tags', 'exclude_nodump'],
    what: 'all that is below source_directories is stored; leave things out by exclude_patterns',
  },
  {
    in: ['location'],
    keys: ['exclude_from'],
    what: 'the files with patterns are not read, and more is stored; list the patterns in exclude_patterns',
  },
  {
    in: ['location'],
    keys: ['numeric_ids', 'numeric_owner', 'atime', 'ctime', 'birthtime', 'flags', 'bsd_flags', 'files_cache'],
    what: 'Borg is left to its default',
  },
  { in: ['location'], keys: ['local_path'], what: 'borg is found on the PATH' },
  {
    in: ['location'],
    keys: ['source_directories_must_exist'],
    what: 'a directory that is not there is an error in any case',
  },
  {
    in: ['location'],
    keys: ['unsafe_skip_path_validation_before_create'],
    what: 'no special file can stop a backup, and no exclude pattern can hit a dump',
  },
  {
    in: ['location'],
    keys: ['user_runtime_directory'],
    what: 'borgmatic_source_directory says where a run has its private directory',
  },
  { in: ['location'], keys: ['user_state_directory'], what: 'nothing is kept between runs' },
  {
    in: ['location'],
    keys: ['patterns', 'patterns_from'],
    what: 'it says what to store; write source_directories and exclude_patterns',
    refused: refusedAlways,
  },
  {
    in: ['location'],
    keys: ['working_directory'],
    what: 'relative paths would mean other places; write absolute ones in source_directories and repositories',
    refused: refusedAlways,
  },
  {
    in: ['location'],
    keys: ['read_special'],
    what: 'of devices and pipes below source_directories the content is not stored',
    refused: (value) => value !== false,
  },
  {
    in: ['storage'],
    keys: [
      'checkpoint_interval',
      'checkpoint_volume',
      'upload_rate_limit',
      'remote_rate_limit',
      'upload_buffer_size',
      'recompress',
      'extra_borg_options',
    ],
    what: 'Borg is left to its default',
  },
  { in: ['storage'], keys: ['retries', 'retry_wait'], what: 'what has failed is not tried again; repeat the call' },
  { in: ['storage', 'hooks'], keys: ['umask'], what: "Borg has its own umask, and commands have the program's" },
  { in: ['storage'], keys: ['temporary_directory'], what: 'set TMPDIR in the environment' },
  { in: ['storage'], keys: ['borg_base_directory'], what: 'set BORG_BASE_DIR in the environment' },
  { in: ['storage'], keys: ['borg_config_directory'], what: 'set BORG_CONFIG_DIR in the environment' },
  { in: ['storage'], keys: ['borg_cache_directory'], what: 'set BORG_CACHE_DIR in the environment' },
  { in: ['storage'], keys: ['borg_security_directory'], what: 'set BORG_SECURITY_DIR in the environment' },
  { in: ['storage'], keys: ['borg_keys_directory'], what: 'set BORG_KEYS_DIR in the environment' },
  { in: ['storage'], keys: ['borg_key_file'], what: 'set BORG_KEY_FILE in the environment' },
  { in: ['storage'], keys: ['borg_files_cache_ttl'], what: 'set BORG_FILES_CACHE_TTL in the environment' },
  { in: ['storage'], keys: ['use_chunks_archive'], what: 'set BORG_USE_CHUNKS_ARCHIVE in the environment' },
  { in: ['storage'], keys: ['borg_exit_codes'], what: "which of Borg's warnings are failures cannot be chosen" },
  {
    in: ['storage'],
    keys: ['match_archives'],
    what: '`latest` is the newest complete archive of its repository, whatever its name; prune() goes by archive_name_format',
  },
  { in: ['storage'], keys: ['file_list_format', 'archive_list_format'], what: 'nothing is printed' },
  { in: ['storage'], keys: ['debug_passphrase', 'display_passphrase'], what: 'no passphrase is ever shown' },
  {
    in: ['storage'],
    keys: ['check_i_know_what_i_am_doing'],
    what: 'nothing is repaired; run `borg check --repair`',
  },
  { in: ['retention'], keys: ['compact_threshold'], what: 'Borg is left to its default' },
  {
    in: ['retention', 'consistency'],
    keys: ['prefix'],
    what: 'prune() goes by archive_name_format, host and databases, and check() looks at all archives',
  },
  {
    in: ['consistency'],
    keys: ['checks', 'check_repositories', 'check_last'],
    what: 'check() looks at all of a repository, and reads the data with `verifyData`; call it as often as is right',
  },
  {
    in: ['output'],
    keys: [
      'color',
      'verbosity',
      'syslog_verbosity',
      'log_file_verbosity',
      'log_file',
      'log_file_format',
      'monitoring_verbosity',
      'log_json',
      'progress',
      'statistics',
      'list_details',
    ],
    what: 'nothing is printed; use the events of a call, and its report',
  },
  { in: ['output'], keys: ['default_actions', 'skip_actions'], what: 'what is done is what is called' },
  {
    in: ['hooks'],
    keys: [
      'before_prune',
      'after_prune',
      'before_compact',
      'after_compact',
      'before_check',
      'after_check',
      'before_extract',
      'after_extract',
    ],
    what: 'commands run around a backup and a restore only',
  },
  {
    in: ['hooks'],
    keys: ['before_actions', 'before_everything'],
    what: 'its commands would not run; move them to before_backup, and to before_restore',
    refused: refusedAlways,
  },
  {
    in: ['hooks'],
    keys: ['after_actions', 'after_everything'],
    what: 'its commands would not run; move them to after_backup, after_restore and on_error',
    refused: refusedAlways,
  },
  {
    in: ['hooks'],
    keys: ['commands'],
    what: 'its commands would not run; move them to before_backup, after_backup, before_restore, after_restore and on_error',
    refused: concernsUs,
  },
  {
    in: ['hooks'],
    keys: [
      'healthchecks',
      'ntfy',
      'pushover',
      'zabbix',
      'apprise',
      'uptime_kuma',
      'cronitor',
      'cronhub',
      'pagerduty',
      'loki',
      'sentry',
      'watchgoose',
    ],
    what: 'nobody is notified; use after_backup and on_error, or the events of a call',
  },
  {
    in: ['hooks'],
    keys: ['zfs', 'btrfs', 'lvm'],
    what: 'source_directories are read as they are, without a snapshot',
  },
  {
    in: ['hooks'],
    keys: ['systemd', 'container', 'keepassxc', 'onepassword'],
    what: 'only {credential file …} and {credential systemd …} are read, the latter from $CREDENTIALS_DIRECTORY',
  },
  {
    in: ['hooks'],
    keys: ['mongodb_databases', 'sqlite_databases', 'influxdb_databases', 'openldap_databases'],
    what: 'they would not be backed up; pass a hook of this name, or dump them by commands in before_backup',
    refused: refusedAlways,
    hook: true,
  },
  {
    in: [],
    keys: ['constants'],
    what: '{NAME} in a value stays as it is; write ${NAME} and set it in the environment, or use anchors',
    refused: refusedAlways,
  },
  {
    in: ['repositories'],
    keys: ['encryption', 'append_only', 'storage_quota', 'make_parent_directories'],
    what: 'it is for making a repository, which is done by initRepository with its own options, or by `borg init`',
  },
];

/** The table of `docs/reference/ignored-keys.md`, by key. */
export const ignoredKeys: ReadonlyMap<string, IgnoredKey> = new Map(
  groups.flatMap(({ keys, ...rest }) => keys.map((key) => [key, { key, ...rest }])),
);

/** Of a list of commands: whether some would run around a backup or a restore. */
function concernsUs(commands: unknown): boolean {
  if (!Array.isArray(commands)) return true;
  return commands.some((command: unknown) => {
    const when = isMapping(command) ? own(command, 'when') : undefined;
    return !Array.isArray(when) || when.includes('create') || when.includes('restore');
  });
}
