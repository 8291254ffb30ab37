import type { CheckResult, DumpSink, HookContext, Meta } from '@dumpstream/core';
import { dumpGlobals as dumpCommand } from './commands.ts';
import type { DumpJob } from './entry.ts';
import { newId } from './id.ts';
import { probeServer, type Server } from './probe.ts';
import { findClient, refuseNewerServer } from './versions.ts';

/** Whether roles and tablespaces can be dumped; without passwords, where the account may not read them. */
export async function checkGlobals({ entry }: DumpJob, context: HookContext): Promise<CheckResult> {
  const server = await probeServer(entry, context);
  refuseNewerServer(await findClient('pg_dumpall', entry, server, context), server);
  return { warnings: server.passwords ? [] : [withoutPasswords(server)] };
}

export async function dumpGlobals({ entry }: DumpJob, sink: DumpSink, context: HookContext): Promise<Meta> {
  const server = await probeServer(entry, context);
  const client = await findClient('pg_dumpall', entry, server, context);
  await sink.from(dumpCommand(client.program, entry, newId(), server.passwords));
  return {
    format: 'globals',
    ...(client.version === undefined ? {} : { client_version: client.version }),
    server_version: server.server,
    passwords: String(server.passwords),
  };
}

function withoutPasswords({ user }: Server): string {
  return `the roles are dumped without their passwords, which the role '${user}' may not read`;
}
