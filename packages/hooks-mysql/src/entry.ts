import { type Job, type RestoreJob, type Static, Type } from '@dumpstream/core';

/** Words for a program: a string, split as a shell splits it, or a list. */
const words = Type.Union([Type.String(), Type.Array(Type.String())]);
const path = Type.String({ minLength: 1 });

/** What is absent is left to the client: its socket, port and user. */
const common = {
  name: Type.String({ minLength: 1 }),
  /** Name or address; then the connection is TCP, `localhost` too. */
  hostname: Type.Optional(Type.String({ minLength: 1 })),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  /** The server's Unix socket; then host and port do not count. */
  socket_path: Type.Optional(path),
  username: Type.Optional(Type.String({ minLength: 1 })),
  password: Type.Optional(Type.String({ writeOnly: true })),
  /** Whether the connection is encrypted. Absent: as client and server agree. */
  tls: Type.Optional(Type.Boolean()),
  /** Files in PEM: whose signature the server's certificate has to bear, for the host's name; and our own certificate. */
  tls_ca: Type.Optional(path),
  tls_cert: Type.Optional(path),
  tls_key: Type.Optional(path),
  /** More arguments: for the dump program; for the client in a backup; for the client in a restore. */
  options: Type.Optional(words),
  list_options: Type.Optional(words),
  restore_options: Type.Optional(words),
  /** What `all` leaves out: names, in which `*` stands for anything. */
  skip_names: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
  /** Whether a restore takes out what the dump does not have. Default: true; false needs the strategy `in-place`. */
  add_drop_database: Type.Optional(Type.Boolean()),
  /** Whether these are dumped. Default: true. */
  routines: Type.Optional(Type.Boolean()),
  events: Type.Optional(Type.Boolean()),
  /** Default: false. */
  tablespaces: Type.Optional(Type.Boolean()),
  /** Holds off writers while tables are dumped, for engines without snapshots. Default: false. */
  lock_tables: Type.Optional(Type.Boolean()),
  /** The only ones there are, for those who like to say so. */
  format: Type.Optional(Type.Literal('sql')),
  password_transport: Type.Optional(Type.Literal('environment')),
};

/** One entry of `mysql_databases` or `mariadb_databases`. The commands take the place of the family's installed programs. */
export const entries = {
  mysql: Type.Object({
    ...common,
    mysql_dump_command: Type.Optional(words),
    mysql_command: Type.Optional(words),
  }),
  mariadb: Type.Object({
    ...common,
    mariadb_dump_command: Type.Optional(words),
    mariadb_command: Type.Optional(words),
  }),
};

type Schema = (typeof entries)['mysql' | 'mariadb'];
export type Entry = Static<typeof entries.mysql> & Static<typeof entries.mariadb>;
export type DumpJob = Job<Schema>;
export type LoadJob = RestoreJob<Schema>;
