import { type Job, type RestoreJob, type Static, Type } from '@dumpstream/core';

/** What pg_dump can make of a database. */
export const formats = ['custom', 'plain', 'tar', 'directory'] as const;
export type Format = (typeof formats)[number];

/** A string, split as a shell splits words, or the words themselves. */
const words = () => Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())]));
const file = () => Type.Optional(Type.String({ minLength: 1 }));

/**
 * One entry of `postgresql_databases`. What is absent is left to libpq: Unix socket, port 5432, the user's own name.
 */
export const entry = Type.Object({
  /** `all` stands for every database of the server. */
  name: Type.String({ minLength: 1 }),
  /** Host name, address, or the directory of the server's socket. */
  hostname: Type.Optional(Type.String({ minLength: 1 })),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  /** Directory of the server's Unix socket; wins over the host name. */
  socket_path: Type.Optional(Type.String({ pattern: '^[/@]' })),
  username: Type.Optional(Type.String({ minLength: 1 })),
  password: Type.Optional(Type.String({ writeOnly: true })),
  ssl_mode: Type.Optional(
    Type.Union([
      Type.Literal('disable'),
      Type.Literal('allow'),
      Type.Literal('prefer'),
      Type.Literal('require'),
      Type.Literal('verify-ca'),
      Type.Literal('verify-full'),
    ]),
  ),
  ssl_cert: file(),
  ssl_key: file(),
  ssl_root_cert: file(),
  ssl_crl: file(),
  format: Type.Optional(
    Type.Union([Type.Literal('custom'), Type.Literal('plain'), Type.Literal('tar'), Type.Literal('directory')]),
  ),
  /** A level, or a method and its details, for pg_dump; none if absent, since the archive is compressed. */
  compression: Type.Optional(
    Type.Union([
      Type.Integer({ minimum: 0, maximum: 9 }),
      Type.String({ pattern: '^(?:[0-9]|(?:none|gzip|lz4|zstd)(?::.+)?)$' }),
    ]),
  ),
  /** Whether what is restored belongs to the account that restores it. */
  no_owner: Type.Optional(Type.Boolean()),
  /** Databases that `all` does not stand for; `*` in a name stands for any text. */
  skip_names: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
  /** More arguments for pg_dump. */
  options: words(),
  /** More arguments for the psql that lists the databases of `all`. */
  list_options: words(),
  /** More arguments for pg_restore, or for psql where the dump is plain. */
  restore_options: words(),
  /** More arguments for the psql that runs ANALYZE after a restore, which only runs if this is given. */
  analyze_options: words(),
  /** What to run instead of the client programs: a command and the first of its arguments. */
  pg_dump_command: words(),
  pg_dumpall_command: words(),
  pg_restore_command: words(),
  psql_command: words(),
});

export type Entry = Static<typeof entry>;
export type DumpJob = Job<typeof entry>;
export type LoadJob = RestoreJob<typeof entry>;
