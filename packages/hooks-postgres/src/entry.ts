import { type Job, type RestoreJob, type Static, Type } from '@dumpstream/core';

/** What pg_dump can stream. */
export const formats = ['custom', 'plain', 'tar'] as const;
export type Format = (typeof formats)[number];

/**
 * One entry of `postgresql_databases`. What is absent is left to libpq: Unix socket, port 5432, the user's own name.
 */
export const entry = Type.Object({
  name: Type.String({ minLength: 1 }),
  /** Host name, address, or the directory of the server's socket. */
  hostname: Type.Optional(Type.String({ minLength: 1 })),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  username: Type.Optional(Type.String({ minLength: 1 })),
  password: Type.Optional(Type.String({ writeOnly: true })),
  format: Type.Optional(Type.Union([Type.Literal('custom'), Type.Literal('plain'), Type.Literal('tar')])),
  /** More arguments for pg_dump, split as a shell splits words. */
  options: Type.Optional(Type.String()),
});

export type Entry = Static<typeof entry>;
export type DumpJob = Job<typeof entry>;
export type LoadJob = RestoreJob<typeof entry>;
