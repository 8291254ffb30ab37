import { BackupError } from '@dumpstream/core';
import type { LoadJob } from './entry.ts';
import type { Facts } from './facts.ts';
import { atLeast, families } from './families.ts';
import type { Program } from './programs.ts';

/**
 * Refuses a dump that the server or the client does not understand.
 * @throws BackupError `VERSION_UNSUPPORTED`, naming both
 */
export function refuseVersions(job: LoadJob, client: Program, facts: Facts): void {
  refuseServer(job, facts);
  refuseClient(job, client);
}

/** An older server does not know what a newer one writes. */
function refuseServer({ item, meta }: LoadJob, { server }: Facts): void {
  const { serverFamily, serverVersion = '' } = meta;
  if (serverFamily !== server.family || !/^\d+\.\d+/.test(serverVersion)) return;
  const series = (version: string) => version.split('.').slice(0, 2).join('.');
  if (atLeast(server.version, series(serverVersion))) return;
  throw new BackupError(
    'VERSION_UNSUPPORTED',
    `the dump of ${item.name} comes from ${families[server.family].title} ${serverVersion}, the server is older: ${server.version}`,
    { hint: `restore it to a server of ${series(serverVersion)} or newer` },
  );
}

/** Releases of mariadb-dump that wrote it so: before, there was none, and later ones hide it from clients that do not know it. */
const withSandboxCommand = new Set(['10.5.25', '10.6.18', '10.11.8', '11.0.6', '11.1.5', '11.2.4', '11.4.2']);

/** Their dumps begin with a command to the client, by which it takes no others, and which MySQL's does not know. */
function refuseClient({ item, meta }: LoadJob, client: Program): void {
  const { clientFamily, clientVersion = '', sandboxCommand } = meta;
  const begins = clientFamily === 'mariadb' && withSandboxCommand.has(clientVersion);
  if (client.family === 'mariadb' || !(begins || sandboxCommand !== undefined)) return;
  throw new BackupError(
    'VERSION_UNSUPPORTED',
    `the dump of ${item.name} is of mariadb-dump ${clientVersion} and begins with its sandbox command, which ${client.file} of MySQL ${client.version} does not know`,
    { hint: 'have it restored by MariaDB’s client: name it in `mysql_command`' },
  );
}
