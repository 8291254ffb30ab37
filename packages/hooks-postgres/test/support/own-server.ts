import { chmod } from 'node:fs/promises';
import { startPostgres } from '../../../../scripts/servers/postgres.mjs';
import { psqlOf, tempDir } from '../../../../test/support/servers.ts';

/** A server of a test's own: where it is, by the keys of an entry, and as its superuser. */
export interface OwnServer {
  readonly entry: {
    readonly hostname: string;
    readonly port: number;
    readonly username: string;
    readonly password: string;
  };
  readonly socketDirectory: string;
  /** A directory that the server may pass through. */
  readonly scratch: string;
  psql(database: string, sql: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startOwnServer(options: Parameters<typeof startPostgres>[1] = {}): Promise<OwnServer> {
  const scratch = await tempDir();
  await chmod(scratch, 0o711);
  const server = await startPostgres(scratch, options);
  const { host: hostname, port, user: username, password, socketDirectory, stop } = server;
  return { entry: { hostname, port, username, password }, socketDirectory, scratch, psql: psqlOf(server), stop };
}
