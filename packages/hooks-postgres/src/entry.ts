import { type Job, type RestoreJob, type Static, Type } from '@dumpstream/core';

/** What pg_dump can make of a database. */
export const formats = ['custom', 'plain', 'tar', 'directory'] as const;
export type Format = (typeof formats)[number];

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));
/** A string, split as a shell splits words, or the words themselves. */
const words = (description: string) =>
  Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())], { description }));

/**
 * One entry of `postgresql_databases`. What is absent is left to libpq: Unix socket, port 5432, the user's own name.
 */
export const entry = Type.Object(
  {
    name: Type.String({ minLength: 1, description: 'Name of the database; `all` for every one of the server.' }),
    hostname: text("Host name or address, or the directory of the server's socket. Default: as for psql."),
    port: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65535, description: 'Port of the server. Default: as for psql.' }),
    ),
    socket_path: Type.Optional(
      Type.String({ pattern: '^[/@]', description: "Directory of the server's Unix socket; wins over hostname." }),
    ),
    username: text('Account that connects. Default: as for psql.'),
    password: Type.Optional(
      Type.String({ writeOnly: true, description: 'Its password. Default: as for psql, from ~/.pgpass and the like.' }),
    ),
    ssl_mode: Type.Optional(
      Type.Union(
        [
          Type.Literal('disable'),
          Type.Literal('allow'),
          Type.Literal('prefer'),
          Type.Literal('require'),
          Type.Literal('verify-ca'),
          Type.Literal('verify-full'),
        ],
        { description: "How the connection is secured: libpq's sslmode. Default: prefer." },
      ),
    ),
    ssl_cert: text('File with our own certificate.'),
    ssl_key: text('File with the key of our own certificate.'),
    ssl_root_cert: text("File with the certificates that may sign the server's."),
    ssl_crl: text('File with certificates that are revoked.'),
    format: Type.Optional(
      Type.Union([Type.Literal('custom'), Type.Literal('plain'), Type.Literal('tar'), Type.Literal('directory')], {
        description: "pg_dump's format. Default: custom; `directory` cannot be streamed, and needs room on the disk.",
      }),
    ),
    compression: Type.Optional(
      Type.Union(
        [
          Type.Integer({ minimum: 0, maximum: 9 }),
          Type.String({ pattern: '^(?:[0-9]|(?:none|gzip|lz4|zstd)(?::.+)?)$' }),
        ],
        {
          description:
            'A level, or a method and its details, for pg_dump. Default: none, since the archive is compressed and finds what is unchanged.',
        },
      ),
    ),
    no_owner: Type.Optional(
      Type.Boolean({
        description: 'Whether what is restored belongs to the account that restores it. Default: false.',
      }),
    ),
    skip_names: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'Databases that `all` does not stand for; `*` in a name stands for any text.',
      }),
    ),
    options: words('More arguments for pg_dump.'),
    list_options: words('More arguments for the psql that lists the databases of `all`.'),
    restore_options: words('More arguments for pg_restore, or for psql where the dump is plain.'),
    analyze_options: words(
      'More arguments for the psql that runs ANALYZE after a restore, which only runs if this is given.',
    ),
    pg_dump_command: words('What to run instead of pg_dump: a command and the first of its arguments.'),
    pg_dumpall_command: words('What to run instead of pg_dumpall.'),
    pg_restore_command: words('What to run instead of pg_restore.'),
    psql_command: words('What to run instead of psql. It has to pass on its input as it comes.'),
  },
  { description: 'PostgreSQL: an entry for each database, or one named `all`.' },
);

export type Entry = Static<typeof entry>;
export type DumpJob = Job<typeof entry>;
export type LoadJob = RestoreJob<typeof entry>;
