/** The keys of the reference's configuration, as its own schema has them. */

/** 1.7.7, as Debian 12 has it: in sections. */
export const sectionedKeys = {
  location: words(`source_directories repositories working_directory one_file_system numeric_ids atime ctime birthtime
    read_special flags files_cache local_path remote_path patterns patterns_from exclude_patterns exclude_from
    exclude_caches exclude_if_present keep_exclude_tags exclude_nodump borgmatic_source_directory`),
  storage: words(`encryption_passcommand encryption_passphrase checkpoint_interval chunker_params compression
    upload_rate_limit retries retry_wait temporary_directory ssh_command borg_base_directory borg_config_directory
    borg_cache_directory borg_security_directory borg_keys_directory umask lock_wait archive_name_format
    relocated_repo_access_is_ok unknown_unencrypted_repo_access_is_ok extra_borg_options`),
  retention: words(`keep_within keep_secondly keep_minutely keep_hourly keep_daily keep_weekly keep_monthly keep_yearly
    prefix`),
  consistency: words('checks check_repositories check_last prefix'),
  output: words('color'),
  hooks: words(`before_actions before_backup before_prune before_compact before_check before_extract after_backup
    after_compact after_prune after_check after_extract after_actions on_error before_everything after_everything
    postgresql_databases mysql_databases mongodb_databases ntfy healthchecks cronitor pagerduty cronhub umask`),
};

/** From 1.8 to 2.1: all at the top. */
export const flatKeys = words(`constants source_directories source_directories_must_exist repositories working_directory
  one_file_system numeric_ids atime ctime birthtime read_special unsafe_skip_path_validation_before_create flags
  files_cache local_path remote_path patterns patterns_from exclude_patterns exclude_from exclude_caches
  exclude_if_present keep_exclude_tags exclude_nodump borgmatic_source_directory user_runtime_directory
  user_state_directory store_config_files encryption_passcommand encryption_passphrase checkpoint_interval
  checkpoint_volume chunker_params compression recompress upload_rate_limit upload_buffer_size retries retry_wait
  temporary_directory ssh_command borg_base_directory borg_config_directory borg_cache_directory use_chunks_archive
  borg_files_cache_ttl borg_security_directory borg_keys_directory borg_key_file borg_exit_codes umask lock_wait
  archive_name_format match_archives file_list_format archive_list_format relocated_repo_access_is_ok
  unknown_unencrypted_repo_access_is_ok debug_passphrase display_passphrase check_i_know_what_i_am_doing
  extra_borg_options keep_within keep_secondly keep_minutely keep_hourly keep_daily keep_weekly keep_monthly keep_yearly
  keep_13weekly keep_3monthly prefix compact_threshold checks check_repositories check_last color verbosity
  syslog_verbosity log_file_verbosity log_file log_file_format monitoring_verbosity log_json progress statistics
  list_details default_actions skip_actions before_actions before_backup before_prune before_compact before_check
  before_extract after_backup after_compact after_prune after_check after_extract after_actions on_error
  before_everything after_everything commands bootstrap postgresql_databases mariadb_databases mysql_databases
  sqlite_databases mongodb_databases influxdb_databases openldap_databases ntfy pushover zabbix apprise healthchecks
  uptime_kuma cronitor pagerduty cronhub loki sentry watchgoose zfs btrfs lvm systemd container keepassxc onepassword`);

/** Of one of `repositories`, besides path and label. */
export const repositoryKeys = words('encryption append_only storage_quota make_parent_directories');

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}
