import type { TObject } from 'typebox';
import type { DatabaseHook } from '../hook.ts';
import type { Repository } from '../repository.ts';

/** What the functions that read a configuration need besides it. */
export interface ConfigOptions {
  /** One for each kind of database that the configuration has a section for. */
  readonly hooks: readonly DatabaseHook[];
  /** Engines for repositories, beside those that are built in: `borg`, the default, and `directory`. */
  readonly repositories?: readonly RepositoryProvider[];
}

/** What a configuration has to know of an engine: its name, and the keys that are for it. `Own` is what `entry` describes. */
export interface EngineKeys<Own extends object = object> {
  /** What an entry of `repositories` has as its `engine`: `restic`. Never changes. */
  readonly engine: string;
  /** Keys of such an entry beside `path`, `label` and `engine`; `writeOnly: true` marks a secret. Absent: there are none. */
  readonly entry?: TObject;
  /** Those of the keys for all repositories that it heeds; what no engine in use heeds is reported as ignored. Absent: all. */
  readonly settings?: readonly (keyof Settings)[];
  /**
   * Whether a path can be nobody else's, such as one that begins with `memory:`: where it has no keys of the engine's beside it, it need
   * not name that.
   */
  claims?(path: string): boolean;
  /** What is wrong beyond what schemas say, a sentence for each, in lower case and without any secret. */
  problems?(repository: RepositorySettings & Own, settings: Settings): readonly string[];
}

/** An engine behind the contract of repositories. One object serves any number of calls at once. */
export interface RepositoryProvider<Own extends object = object> extends EngineKeys<Own> {
  /** Touches nothing: whether there is a repository is found out by the repository's own methods. */
  open(repository: RepositorySettings & Own, settings: Settings): Repository;
}

/** A valid configuration, as `loadConfig` and `parseConfig` return it. `JSON.stringify` of it shows no secret. */
export interface Config {
  readonly repositories: readonly RepositorySettings[];
  readonly settings: Settings;
  readonly databases: readonly ConfiguredDatabase[];
  readonly hooks: readonly DatabaseHook[];
  /** Engines that were given beside those that are built in; absent where none was. */
  readonly providers?: readonly RepositoryProvider[];
  /** Keys that were given and have no effect, each with its place and what to do instead; reported by every run. */
  readonly warnings: readonly string[];
  /** The file it was loaded from, as it stands there; absent after `parseConfig`. */
  readonly file?: { readonly path: string; readonly text: string };
}

/** One of `repositories`, with the keys of its engine besides. */
export interface RepositorySettings {
  readonly path: string;
  readonly label?: string;
  /** As it was given. */
  readonly engine?: string;
}

/** The keys that belong to no database, named as in the file. */
export interface Settings {
  readonly encryption_passphrase?: string;
  readonly encryption_passcommand?: string;
  readonly compression?: string;
  readonly archive_name_format?: string;
  readonly borgmatic_source_directory?: string;
  readonly source_directories?: readonly string[];
  readonly exclude_patterns?: readonly string[];
  readonly store_config_files?: boolean;
  readonly stall_timeout?: number;
  readonly on_dump_failure?: 'abort' | 'continue';
  readonly chunker_params?: string;
  readonly lock_wait?: number;
  readonly ssh_command?: string;
  readonly remote_path?: string;
  readonly relocated_repo_access_is_ok?: boolean;
  readonly unknown_unencrypted_repo_access_is_ok?: boolean;
  readonly before_backup?: readonly string[];
  readonly after_backup?: readonly string[];
  readonly before_restore?: readonly string[];
  readonly after_restore?: readonly string[];
  readonly on_error?: readonly string[];
  readonly keep_last?: number;
  readonly keep_within?: string;
  readonly keep_secondly?: number;
  readonly keep_minutely?: number;
  readonly keep_hourly?: number;
  readonly keep_daily?: number;
  readonly keep_weekly?: number;
  readonly keep_monthly?: number;
  readonly keep_13weekly?: number;
  readonly keep_3monthly?: number;
  readonly keep_yearly?: number;
}

/** One entry of a hook's section. */
export interface ConfiguredDatabase {
  readonly hook: DatabaseHook;
  /** Valid by the hook's schema and core's additions. */
  readonly entry: Readonly<Record<string, unknown>> & { readonly name: string };
}
