import { type EngineKeys, type RepositorySettings, type Settings, type Static, Type } from '@dumpstream/core';

const texts = { minLength: 1 };

const entry = Type.Object({
  environment: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      writeOnly: true,
      description:
        'Environment variables for restic: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, RESTIC_REST_USERNAME, RESTIC_CACHE_DIR and the like.',
    }),
  ),
  options: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: "What restic takes with `--option`: 's3.connections', 's3.bucket-lookup' and the like.",
    }),
  ),
  compression: Type.Optional(
    Type.Union([Type.Literal('auto'), Type.Literal('off'), Type.Literal('max')], {
      description: 'How restic compresses. Default: auto.',
    }),
  ),
  cacert: Type.Optional(
    Type.String({ ...texts, description: 'File with certificates of authorities that the server is to be known by.' }),
  ),
  limit_upload: Type.Optional(
    Type.Integer({ minimum: 1, description: 'KiB per second of each restic. Default: none.' }),
  ),
  limit_download: Type.Optional(
    Type.Integer({ minimum: 1, description: 'KiB per second of each restic. Default: none.' }),
  ),
});

/** A restic repository, as a configuration has it. */
export type ResticSettings = RepositorySettings & Static<typeof entry>;

export const keys = {
  engine: 'restic',
  entry,
  settings: ['encryption_passphrase', 'encryption_passcommand', 'lock_wait'],
  claims: (path) => /^(?:s3|rest):https?:\/\//.test(path),
  problems: (repository, settings) => [...pathProblems(repository), ...passphraseProblems(settings)],
} as const satisfies EngineKeys<Static<typeof entry>>;

/** A path is shown in reports, events and messages. */
function pathProblems({ path }: ResticSettings): string[] {
  if (!/:\/\/[^/@]*:[^/@]*@/.test(path)) return [];
  return [
    'a password in the path would be shown in reports; give RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD in `environment`',
  ];
}

/** What restic reads from a file it trims: its manual has no word of it, `resolvePassword` in its source has. */
function passphraseProblems({ encryption_passphrase: passphrase }: Settings): string[] {
  if (passphrase === undefined || passphrase === passphrase.trim()) return [];
  return ['restic drops white space around a passphrase, and `encryption_passphrase` has some'];
}
