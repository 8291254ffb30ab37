import { type TArray, type TSchema, type TString, Type } from 'typebox';
import type { Settings } from './config.ts';
import { builtInEngines } from './engines.ts';
import { repositoriesSchema } from './repository-schema.ts';
import { retentionKeys } from './retention-keys.ts';

const nonEmpty = { minLength: 1 };

function texts(description: string): TArray<TString> {
  return Type.Array(Type.String(nonEmpty), { description });
}

const storeConfigFiles = Type.Boolean({
  description: 'Whether the configuration file goes into the archive, with the secrets in it. Default: true.',
});

/** The keys that are core's own, by the section in which the sectioned form has them. */
export const coreKeys = {
  location: {
    repositories: repositoriesSchema(builtInEngines),
    borgmatic_source_directory: Type.String({
      ...nonEmpty,
      description: 'Directory in which each run has its private directory. Default: ~/.dumpstream.',
    }),
    source_directories: texts('Files and directories that go into an archive of their own of the same run.'),
    exclude_patterns: texts('Patterns of what is left out of source_directories, as Borg takes them.'),
    store_config_files: storeConfigFiles,
    remote_path: Type.String({ ...nonEmpty, description: 'Borg on the remote host. Default: borg.' }),
  },
  storage: {
    encryption_passphrase: Type.String({ writeOnly: true, description: 'Passphrase of the repositories.' }),
    encryption_passcommand: Type.String({
      ...nonEmpty,
      description: 'Command whose standard output is the passphrase of the repositories.',
    }),
    compression: Type.String({
      ...nonEmpty,
      description: 'How Borg compresses: lz4, zstd,3 and the like. Default: zstd,1 for dumps, lz4 for files.',
    }),
    archive_name_format: Type.String({
      ...nonEmpty,
      description: 'Name of a new archive, with placeholders. Default: {hostname}-{now:%Y-%m-%dT%H:%M:%S.%f}.',
    }),
    chunker_params: Type.String({
      ...nonEmpty,
      description:
        'How Borg cuts data into chunks: its --chunker-params; its `fixed` cannot read a pipe. Default: 14,23,16,4095 for dumps.',
    }),
    lock_wait: Type.Number({ minimum: 0, description: 'Seconds to wait for a locked repository. Default: 1.' }),
    ssh_command: Type.String({
      ...nonEmpty,
      description: 'What Borg runs to reach a remote repository. Default: ssh.',
    }),
    relocated_repo_access_is_ok: Type.Boolean({
      description: 'Whether a repository may have moved since it was last used from here. Default: false.',
    }),
    unknown_unencrypted_repo_access_is_ok: Type.Boolean({
      description:
        'Whether an unencrypted repository may be used that is not known here. Default: true without a passphrase.',
    }),
  },
  retention: retentionKeys,
  consistency: {},
  output: {},
  hooks: {
    stall_timeout: Type.Number({
      minimum: 0,
      description: 'Seconds without a byte after which a dump or restore is given up. Default: 600; 0 turns it off.',
    }),
    on_dump_failure: Type.Union([Type.Literal('abort'), Type.Literal('continue')], {
      description:
        'Whether the first dump that fails ends the run, or the others are archived without it. Default: abort.',
    }),
    before_backup: texts('Shell commands that run before a backup.'),
    after_backup: texts('Shell commands that run after a backup that succeeded.'),
    before_restore: texts('Shell commands that run before a restore.'),
    after_restore: texts('Shell commands that run after a restore that succeeded.'),
    on_error: texts('Shell commands that run after a backup or restore that failed.'),
    bootstrap: Type.Union(
      [
        Type.Object({ store_config_files: Type.Optional(storeConfigFiles) }, { additionalProperties: false }),
        Type.Null(),
      ],
      { description: 'Another place for store_config_files.' },
    ),
  },
} as const satisfies Record<string, Record<string, TSchema>>;

/**
 * Sections of the sectioned form; everything in them may as well stand at the top. Those without keys hold what is known
 * and ignored.
 */
export type Section = keyof typeof coreKeys;

export const sections = Object.keys(coreKeys) as readonly Section[];

/** Where a setting may stand besides its section and the top. */
export const otherPlaces: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  [
    'store_config_files',
    [
      ['bootstrap', 'store_config_files'],
      ['hooks', 'bootstrap', 'store_config_files'],
    ],
  ],
]);

const { repositories, ...locationSettings } = coreKeys.location;
const { bootstrap, ...hookSettings } = coreKeys.hooks;

/** The keys of {@link Settings}. A key that is missing here does not compile. */
export const settingKeys: { readonly [K in keyof Settings]-?: TSchema } = {
  ...locationSettings,
  ...coreKeys.storage,
  ...coreKeys.retention,
  ...hookSettings,
};

/** The settings that are for engines, and that some of them have no use for. */
export const engineSettings = [
  'encryption_passphrase',
  'encryption_passcommand',
  'compression',
  'chunker_params',
  'lock_wait',
  'ssh_command',
  'remote_path',
  'relocated_repo_access_is_ok',
  'unknown_unencrypted_repo_access_is_ok',
] as const satisfies readonly (keyof Settings)[];
