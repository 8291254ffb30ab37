import type { HookContext } from '@dumpstream/core';
import { maintenanceDatabases } from './connection.ts';
import type { Entry } from './entry.ts';
import type { Target } from './probe.ts';

/**
 * The session of a restore is in another database than the one it replaces, for as long as the load takes. Where a
 * call replaces that one, too, its other restores have to be elsewhere by then: its check comes before all of them.
 */
export async function reserve(entry: Entry, target: Target, context: HookContext): Promise<void> {
  if (entry.name !== target.database) return;
  const [elsewhere = target.database] = maintenanceDatabases(target.database);
  await context.once(keyOf(entry), async () => elsewhere);
}

/** Where the sessions of restores are, on that server. */
export function maintenanceDatabase(entry: Entry, target: Target, context: HookContext): Promise<string> {
  return context.once(keyOf(entry), async () => target.database);
}

function keyOf({ hostname, port, socket_path }: Entry): string {
  return JSON.stringify(['maintenance', socket_path ?? hostname, port]);
}
