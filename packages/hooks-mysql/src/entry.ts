import { type Job, type RestoreJob, type Static, Type } from '@dumpstream/core';

/** One entry of `mysql_databases` or `mariadb_databases`. What is absent is left to the client: its socket, port and user. */
export const entry = Type.Object({
  name: Type.String({ minLength: 1 }),
  /** Name or address; then the connection is TCP, `localhost` too. */
  hostname: Type.Optional(Type.String({ minLength: 1 })),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  username: Type.Optional(Type.String({ minLength: 1 })),
  password: Type.Optional(Type.String({ writeOnly: true })),
  /** More arguments for the dump, split as a shell splits words. */
  options: Type.Optional(Type.String()),
});

export type Entry = Static<typeof entry>;
export type DumpJob = Job<typeof entry>;
export type LoadJob = RestoreJob<typeof entry>;
