import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Servers } from '../../../scripts/servers/index.mjs';
import { findProgram, program } from '../../../scripts/servers/programs.mjs';
import { clientDefaults } from '../../support/client-defaults.ts';
import { tempDir } from '../../support/servers.ts';

/**
 * Clients that lead what is meant for the documentation's hosts, and for the machine's own servers, to throwaway ones.
 * @returns a directory to be looked into first
 */
export async function clientWrappers(servers: Servers): Promise<string> {
  const directory = await tempDir();
  const { HOME, ...libpq } = await clientDefaults(servers);
  const { postgres, mariadb } = servers;
  for (const name of ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql']) {
    const text = wrapper(program(name), { host: 'database1.example.org', port: 5433 }, postgres, libpq);
    await writeExecutable(join(directory, name), text);
  }
  for (const [old, name] of Object.entries({ mysqldump: 'mariadb-dump', mysql: 'mariadb' })) {
    for (const each of [old, name]) {
      const real = findProgram(each) ?? program(name);
      const text = wrapper(real, { host: 'database2.example.org', port: 3307 }, mariadb, { HOME: HOME as string });
      await writeExecutable(join(directory, each), text);
    }
  }
  return directory;
}

async function writeExecutable(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  await chmod(file, 0o755);
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** @param near the environment in which the client finds the server when it is told no host */
function wrapper(real: string, far: Address, server: Address, near: Readonly<Record<string, string>>): string {
  const environment = Object.entries(near).map(([name, value]) => `${name}='${value}'`);
  return `#!/bin/sh
asked=no
for argument do
  shift
  case $argument in
    --host=${far.host}) argument=--host=${server.host} asked=yes ;;
    --port=${far.port}) argument=--port=${server.port} ;;
    --host=${server.host} | --port=${server.port}) asked=yes ;;
    --host=* | --port=*) echo "$0: $argument is nobody's" >&2; exit 70 ;;
    --version | --print-defaults) asked=yes ;;
  esac
  set -- "$@" "$argument"
done
[ $asked = yes ] || export ${environment.join(' ')}
exec ${real} "$@"
`;
}
