import type { HookContext, Item } from '@dumpstream/core';
import type { Entry } from './entry.ts';
import { psqlOptions } from './load-options.ts';
import { type Database, probeServer } from './probe.ts';

/**
 * What `all` stands for: the roles and tablespaces, and every database that can be dumped. One that cannot is left out
 * with a warning, unless the entry skips it.
 */
export async function list(entry: Entry, context: HookContext): Promise<readonly Item[]> {
  const { databases } = await probeServer(entry, context, psqlOptions('list_options', entry));
  const wanted = databases.filter(({ name }) => !(entry.skip_names ?? []).some((pattern) => fits(name, pattern)));
  const names = wanted.flatMap((database) => {
    const reason = reasonAgainst(database);
    if (reason === undefined) return [database.name];
    context.warn(`the database '${database.name}' is left out: ${reason}; list it in \`skip_names\` if that is meant`);
    return [];
  });
  return [{ name: 'all', kind: 'globals' }, ...names.map((name) => ({ name, kind: 'database' as const }))];
}

function reasonAgainst({ template, open, permitted }: Database): string | undefined {
  if (!open) return 'it takes no connections';
  if (template) return 'it is a template';
  return permitted ? undefined : 'the role may not connect to it';
}

/** `*` stands for any text, also for none; every other character for itself. */
function fits(name: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}
