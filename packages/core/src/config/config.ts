import type { DatabaseHook } from '../hook.ts';
import type { Repository } from '../repository.ts';

/** What the functions that read a configuration need besides it. */
export interface ConfigOptions {
  /** One for each kind of database that the configuration has a section for. */
  readonly hooks: readonly DatabaseHook[];
  /** Engines for repositories that are not Borg's, asked in this order; what none of them opens is Borg's. */
  readonly repositories?: readonly RepositoryProvider[];
}

/** An engine behind the contract of repositories. One object serves any number of calls at once. */
export interface RepositoryProvider {
  /** @returns undefined where the path is none of its own */
  open(repository: RepositorySettings, settings: Settings): Repository | undefined;
}

/** A valid configuration, as `loadConfig` and `parseConfig` return it. `JSON.stringify` of it shows no secret. */
export interface Config {
  readonly repositories: readonly RepositorySettings[];
  readonly settings: Settings;
  readonly databases: readonly ConfiguredDatabase[];
  readonly hooks: readonly DatabaseHook[];
  /** Engines that were given beside Borg's; absent where none was. */
  readonly providers?: readonly RepositoryProvider[];
  /** Keys that were given and have no effect, each with its place and what to do instead; reported by every run. */
  readonly warnings: readonly string[];
  /** The file it was loaded from, as it stands there; absent after `parseConfig`. */
  readonly file?: { readonly path: string; readonly text: string };
}

export interface RepositorySettings {
  readonly path: string;
  readonly label?: string;
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
}

/** One entry of a hook's section. */
export interface ConfiguredDatabase {
  readonly hook: DatabaseHook;
  /** Valid by the hook's schema and core's additions. */
  readonly entry: Readonly<Record<string, unknown>> & { readonly name: string };
}
