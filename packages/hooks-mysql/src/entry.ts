import { type Job, type RestoreJob, type Static, Type } from '@dumpstream/core';

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));
const flag = (description: string) => Type.Optional(Type.Boolean({ description }));
/** Words for a program: a string, split as a shell splits it, or a list. */
const words = (description: string) =>
  Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())], { description }));

/** What is absent is left to the client: its socket, port and user. */
const common = {
  name: Type.String({ minLength: 1, description: 'Name of the database; `all` for every one of the server.' }),
  hostname: text('Name or address; then the connection is TCP, for localhost too. Default: as for the client.'),
  port: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 65535, description: 'Port of the server. Default: as for the client.' }),
  ),
  socket_path: text("The server's Unix socket; then host and port do not count."),
  username: text('Account that connects. Default: as for the client.'),
  password: Type.Optional(
    Type.String({
      writeOnly: true,
      description: 'Its password. Default: as for the client, from ~/.my.cnf and the like.',
    }),
  ),
  tls: flag('Whether the connection is encrypted. Default: as client and server agree.'),
  tls_ca: text("PEM file: who has to have signed the server's certificate, which has to be for the host's name."),
  tls_cert: text('PEM file with our own certificate.'),
  tls_key: text('PEM file with the key of our own certificate.'),
  options: words('More arguments for the dump program.'),
  list_options: words('More arguments for the client in a backup.'),
  restore_options: words('More arguments for the client in a restore.'),
  skip_names: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      description: 'Databases that `all` does not stand for; `*` in a name stands for any text.',
    }),
  ),
  add_drop_database: flag(
    'Whether a restore takes out what the dump does not have. Default: true; false needs the strategy `in-place`.',
  ),
  routines: flag('Whether procedures and functions are dumped. Default: true.'),
  events: flag('Whether events are dumped. Default: true.'),
  tablespaces: flag('Whether tablespaces are dumped. Default: false.'),
  lock_tables: flag('Holds off writers while tables are dumped, for engines without snapshots. Default: false.'),
  format: Type.Optional(Type.Literal('sql', { description: 'The only one that there is.' })),
  password_transport: Type.Optional(
    Type.Literal('environment', { description: 'How the client gets the password: the only way that there is.' }),
  ),
};

/** One entry of `mysql_databases` or `mariadb_databases`. The commands take the place of the family's installed programs. */
export const entries = {
  mysql: Type.Object(
    {
      ...common,
      mysql_dump_command: words('What to run as dump program: a command and the first of its arguments.'),
      mysql_command: words('What to run as client.'),
    },
    { description: 'MySQL: an entry for each database, or one named `all`.' },
  ),
  mariadb: Type.Object(
    {
      ...common,
      mariadb_dump_command: words('What to run as dump program: a command and the first of its arguments.'),
      mariadb_command: words('What to run as client.'),
    },
    { description: 'MariaDB: an entry for each database, or one named `all`.' },
  ),
};

type Schema = (typeof entries)['mysql' | 'mariadb'];
export type Entry = Static<typeof entries.mysql> & Static<typeof entries.mariadb>;
export type DumpJob = Job<Schema>;
export type LoadJob = RestoreJob<Schema>;
